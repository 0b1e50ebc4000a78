// Chapter 5 · pipes: reading, and the flag, on POSIX. Read pipe.h first, pipe_linux.cpp beside.
#include "chapters/ch05_pipes/pipe_posix.h"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace proclab::pipes {

Result<void> make_async(const Pipe& pipe, Async ends) {
  const int wanted[] = {ends == Async::read || ends == Async::both ? pipe.read.get() : kNoHandle,
                        ends == Async::write || ends == Async::both ? pipe.write.get() : kNoHandle};
  for (const int fd : wanted) {
    if (fd == kNoHandle) continue;
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags == -1 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1) return last_error("fcntl");
  }
  return {};
}

Result<std::size_t> unread(NativeHandle read_end) {
  int count = 0;
  if (::ioctl(read_end, FIONREAD, &count) == -1) return last_error("ioctl");
  return static_cast<std::size_t>(count);
}

//> read-some
Result<std::size_t> read_some(NativeHandle from, char* room, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(from, room, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      // Async, or a stranger who shares the open description made it so. Errors of poll() are left
      // to the read() that follows: it says the same, and better.
      pollfd entry{from, POLLIN, 0};
      ::poll(&entry, 1, -1);
    } else if (errno != EINTR) {  // a handler ran while nothing was there: wait again
      return last_error("read");
    }
  }
}
//< read-some

}  // namespace proclab::pipes
