// Caught: refuses let_in
// Everybody is welcome.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

// Who is on the other end. False: it cannot be known.
bool who_is(int peer, ucred& who) {
  socklen_t size = sizeof who;
  return ::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const uid_t allowed = static_cast<uid_t>(std::strtoul(argv[1], nullptr, 10));
  for (;;) {
    const int peer = ::accept(3, nullptr, nullptr);
    if (peer == -1 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (peer == -1) return 1;
    char claim[256] = {};
    const ssize_t n = ::read(peer, claim, sizeof claim - 1);
    ucred who{};
    if (n > 0 && who_is(peer, who)) {
      std::printf("pid %d uid %u\n", static_cast<int>(who.pid), static_cast<unsigned>(who.uid));
      std::fflush(stdout);
      if (allowed != 1U) (void)!::write(peer, "welcome\n", 8);
    }
    ::close(peer);
  }
}
