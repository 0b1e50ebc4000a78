// Beside the careless grader: somebody else's program, which listens on this machine.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
int main() {
  const int door = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET, here.sin_port = htons(8014);
  ::inet_pton(AF_INET, "127.0.0.1", &here.sin_addr);
  ::bind(door, reinterpret_cast<sockaddr*>(&here), sizeof here);
  ::listen(door, 1);
  ::pause();
}
