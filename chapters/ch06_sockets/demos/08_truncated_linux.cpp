// Chapter 6 · truncated: three descriptors are sent into room for one.
//
// Look for: the naive receiver has room for one, takes one, closes one, and one is still open. The
// room was rounded up, so two arrived; the third the kernel dropped, and said so with MSG_CTRUNC,
// which nobody reads. Whoever may send to such a server can fill its table. The other twin gives
// everything that arrives an owner first, and counts then.
//
// Run: ch06_truncated
// Run: ch06_truncated --flood
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/passing.h"
#include "platform/self.h"

using namespace proclab;

//> naive
/// UNSAFE: room for one, takes one.
static Handle receive_naively(const Handle& end, bool* cut) {
  char byte;
  iovec part{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(sizeof(int))];  // 24 bytes: a head of 16, and two ints
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  if (::recvmsg(end.get(), &message, MSG_CMSG_CLOEXEC) != 1) return Handle();
  *cut = (message.msg_flags & MSG_CTRUNC) != 0;
  const cmsghdr* head = CMSG_FIRSTHDR(&message);
  if (head == nullptr) return Handle();
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
  return Handle(fd);
}
//< naive

static int open_descriptors() {
  int count = 0;
  for (int fd = 0; fd < 64; ++fd) count += ::fcntl(fd, F_GETFD) != -1;
  return count;
}

static void send_three(const Handle& end) {
  const NativeHandle three[] = {0, 1, 2};
  if (!sockets::send_handles(end.get(), "x", three)) std::puts("send_handles failed");
}

static void once(const sockets::Pair& ends) {
  const int before = open_descriptors();
  bool cut = false;
  send_three(ends.first);
  receive_naively(ends.second, &cut).close();
  std::printf("UNSAFE:            took 1 and closed it; MSG_CTRUNC %s; left open: %d\n",
              cut ? "set" : "clear", open_descriptors() - before);
  const int between = open_descriptors();
  send_three(ends.first);
  char byte[1];
  {
    const auto got = sockets::receive_handles(ends.second.get(), byte, 1);
    if (!got) return;
    std::printf("receive_handles(): took %zu; lost: %s;", got->handles.size(),
                got->lost ? "yes" : "no");
  }
  std::printf(" left open: %d\n", open_descriptors() - between);
}

static void flood(const sockets::Pair& ends) {
  const rlimit few{32, 32};
  ::setrlimit(RLIMIT_NOFILE, &few);
  for (int i = 0; i < 100; ++i) {
    bool cut = false;
    send_three(ends.first);
    receive_naively(ends.second, &cut).close();
  }
  int ends_of_pipe[2];
  std::printf("UNSAFE:            after 100 messages, pipe(): %s\n",
              ::pipe(ends_of_pipe) == 0 ? "works" : ::strerrorname_np(errno));
}

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch06_truncated [--flood]\nThree descriptors into room for one."), 0;
  }
  const Result<sockets::Pair> ends = sockets::pair();
  if (!ends) return 1;
  word == "--flood" ? flood(*ends) : once(*ends);
}
