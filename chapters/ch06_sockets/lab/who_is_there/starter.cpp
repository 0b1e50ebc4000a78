// Chapter 6 · who_is_there: a peer says who it is. Do you believe it?
//
// Descriptor 3 is a listening Unix-domain socket. `who_is_there UID` accepts one peer after the other, for ever. Each sends a line,
// "pid P uid U", and it may lie. For each peer the program
//
//   - prints "pid P uid U", with what is true, in a line of its own;
//   - answers "welcome\n" if it runs as UID, and nothing else;
//   - closes the connection, in both cases.
//
// A number that means nothing here (another pid namespace) is what the kernel says: 0, or 65534.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const uid_t allowed = static_cast<uid_t>(std::strtoul(argv[1], nullptr, 10));
  for (;;) {
    const int peer = ::accept(3, nullptr, nullptr);
    if (peer == -1 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (peer == -1) return 1;
    char claim[256] = {};
    const ssize_t n = ::read(peer, claim, sizeof claim - 1);
    int pid;
    unsigned uid;
    if (n > 0 && std::sscanf(claim, "pid %d uid %u", &pid, &uid) == 2) {
      std::printf("pid %d uid %u\n", pid, uid);
      std::fflush(stdout);
      if (uid == allowed) (void)!::write(peer, "welcome\n", 8);
    }
    ::close(peer);
  }
}
