// Hostile: talks to whoever listens, far away or on this machine. Ends with 0 if one answers.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
int connects(const char* address, int port) {
  sockaddr_in there{};
  there.sin_family = AF_INET, there.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &there.sin_addr);
  const int out = ::socket(AF_INET, SOCK_STREAM, 0);
  return ::connect(out, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0;
}
int main() {
  int worked = connects("127.0.0.1", 8014) + connects("1.1.1.1", 80);
  worked += ::socket(40 /* AF_VSOCK */, SOCK_STREAM, 0) != -1;
  return worked > 0 ? 0 : 9;
}
