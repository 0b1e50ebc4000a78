// Chapter 5 · pipes: making a pipe on macOS, which has no pipe2. Compiled, not run.
//
// Between pipe() and fcntl() another thread may fork and exec: its program then holds our pipe open.
// There is no call that closes this gap. The kernel chooses the size, 16 to 64 KiB, and does not tell.
#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe_posix.h"

namespace proclab::pipes {

namespace {
Error no_size() {
  return make_error("fcntl", std::errc::not_supported, "macOS chooses a pipe's capacity itself");
}
}  // namespace

Result<Pipe> make_pipe(Async ends, std::size_t capacity) {
  if (capacity != 0) return no_size();
  int fds[2];
  if (::pipe(fds) == -1) return last_error("pipe");
  Pipe pipe{Handle(fds[0]), Handle(fds[1])};
  for (const int fd : fds) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  }
  if (const Result<void> set = make_async(pipe, ends); !set) return set.error();
  return pipe;
}

Result<std::size_t> capacity(NativeHandle) { return no_size(); }

Result<std::size_t> set_capacity(NativeHandle, std::size_t) { return no_size(); }

}  // namespace proclab::pipes
