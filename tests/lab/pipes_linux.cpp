// tests/lab · pipes on Linux. Read pipes_linux.h first.
#include "tests/lab/pipes_linux.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/result.h"

namespace proclab::lab {

Pipe make_pipe(std::string& fault) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) {
    fault = last_error("pipe2").message();
    return {};
  }
  return {Handle(ends[0]), Handle(ends[1])};
}

Pipe make_tagged(std::string& fault) {
  int ends[2];
  const int on = 1;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1 ||
      ::setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == -1) {
    fault = last_error("socketpair").message();
    return {};
  }
  return {Handle(ends[0]), Handle(ends[1])};
}

Pipe make_records(std::string& fault) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) {
    fault = last_error("socketpair").message();
    return {};
  }
  return {Handle(ends[0]), Handle(ends[1])};
}

void set_nonblocking(const Handle& handle) { ::fcntl(handle.get(), F_SETFL, O_NONBLOCK); }

ssize_t receive(int fd, bool tagged, char* buffer, std::size_t size, Pid& writer) {
  if (!tagged) return ::read(fd, buffer, size);
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
  iovec room{buffer, size};
  msghdr message{};
  message.msg_iov = &room, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  const ssize_t got = ::recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); got > 0 && part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_type == SCM_CREDENTIALS) {
      writer = reinterpret_cast<const ucred*>(CMSG_DATA(part))->pid;
    }
  }
  return got;
}

}  // namespace proclab::lab
