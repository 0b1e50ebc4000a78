// Chapter 2 · stdio: O_NONBLOCK and who shares it. Read open_description_posix.h first.
#include "chapters/ch02_stdio/open_description_posix.h"

#include <fcntl.h>

namespace proclab::stdio {

Result<bool> nonblocking(NativeHandle fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags == -1) return last_error("fcntl(F_GETFL)");
  return (flags & O_NONBLOCK) != 0;
}

Result<bool> set_nonblocking(NativeHandle fd, bool on) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags == -1) return last_error("fcntl(F_GETFL)");
  const bool before = (flags & O_NONBLOCK) != 0;
  if (before == on) return before;
  const int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  if (::fcntl(fd, F_SETFL, wanted) == -1) return last_error("fcntl(F_SETFL)");
  return before;
}

}  // namespace proclab::stdio
