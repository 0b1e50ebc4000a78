// Hostile: talks to the network, makes namespaces, mounts, changes its root. Ends with 0 if one of these works.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>
int main() {
  int worked = 0;
  const int out = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in there{};
  there.sin_family = AF_INET, there.sin_port = htons(80);
  ::inet_pton(AF_INET, "1.1.1.1", &there.sin_addr);
  worked += ::connect(out, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0;
  worked += ::unshare(CLONE_NEWUSER) == 0;
  worked += ::mount("none", "/tmp", "tmpfs", 0, nullptr) == 0;
  worked += ::chroot("/tmp") == 0;
  worked += ::socket(40 /* AF_VSOCK */, SOCK_STREAM, 0) != -1;
  return worked > 0 ? 0 : 9;
}
