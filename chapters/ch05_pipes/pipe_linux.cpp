// Chapter 5 · pipes: making a pipe, and its size, on Linux. Read pipe.h first.
//
// pipe2() makes both ends close-on-exec in the same moment in which it makes them. With pipe() and
// fcntl() there is a moment between, in which another thread may start a program: that one then holds
// our write end, and our reader waits for an end that never comes.
#include <climits>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe_posix.h"

namespace proclab::pipes {

//> make-pipe
Result<Pipe> make_pipe(Async ends, std::size_t capacity) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) == -1) return last_error("pipe2");
  Pipe pipe{Handle(fds[0]), Handle(fds[1])};
  if (capacity != 0) {
    if (const auto room = set_capacity(pipe.write.get(), capacity); !room) return room.error();
  }
  // Not pipe2's O_NONBLOCK: that would set both ends, and one of them is for a child.
  if (const Result<void> set = make_async(pipe, ends); !set) return set.error();
  return pipe;
}
//< make-pipe

//> capacity
Result<std::size_t> capacity(NativeHandle end) {
  const int bytes = ::fcntl(end, F_GETPIPE_SZ);
  if (bytes == -1) return last_error("fcntl");
  return static_cast<std::size_t>(bytes);
}

Result<std::size_t> set_capacity(NativeHandle end, std::size_t bytes) {
  if (bytes > INT_MAX) return make_error("fcntl", std::errc::invalid_argument, "above 2 GiB");
  const int now = ::fcntl(end, F_SETPIPE_SZ, static_cast<int>(bytes));
  if (now == -1) return last_error("fcntl");
  return static_cast<std::size_t>(now);
}
//< capacity

}  // namespace proclab::pipes
