// Caught: close_on_exec inherited
// A program that is started later would have it, too.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

// Receives one byte and the descriptor that comes with it. -1: there came none.
int take(int channel) {
  char byte;
  iovec room{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))];
  msghdr message{};
  message.msg_iov = &room, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  ssize_t got;
  while ((got = ::recvmsg(channel, &message, 0)) == -1 && errno == EINTR) continue;
  int taken = -1;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); got > 0 && part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      if (taken == -1) {
        taken = fd;
      } else {
        ::close(fd);  // nobody asked for it, and it is open all the same
      }
    }
  }
  return taken;
}

// From here on nothing needs a change.

int main(int argc, char** argv) {
  const char* word = argc > 1 ? argv[1] : "hello";
  const int taken = take(3);
  if (taken == -1) {
    std::puts("none");
    return 1;
  }
  std::puts("taken");
  std::fflush(stdout);
  std::getchar();  // until the judge has looked
  if (::write(taken, word, std::strlen(word)) == -1) return 1;
  ::close(taken);
}
