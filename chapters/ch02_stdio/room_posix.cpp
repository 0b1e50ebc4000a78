// Chapter 2 · stdio: waiting until a descriptor has room. Read room_posix.h first.
#include "chapters/ch02_stdio/room_posix.h"

#include <cerrno>

#include <poll.h>

namespace proclab::stdio {

Result<bool> wait_for_room(NativeHandle fd, Deadline until) {
  struct pollfd entry = {fd, POLLOUT, 0};
  for (;;) {
    const int ready = ::poll(&entry, 1, until.poll_timeout());
    // POLLERR, POLLHUP and POLLNVAL wake poll too. No need to tell them apart: the next write()
    // fails and says why, and does so in errno's words.
    if (ready > 0) return true;
    if (ready == 0 && until.passed()) return false;
    if (ready == -1 && errno != EINTR) return last_error("poll");
  }
}

}  // namespace proclab::stdio
