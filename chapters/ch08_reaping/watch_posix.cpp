// Chapter 8 · reaping: waiting on a watched child. A pidfd and a kqueue are both descriptors that
// poll() reports readable, so this half is the same. Read before: watch.h.
#include <cerrno>

#include <poll.h>

#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

Result<bool> wait_ended(NativeHandle watched, Deadline deadline) {
  for (;;) {
    pollfd ended{watched, POLLIN, 0};
    const int ready = ::poll(&ended, 1, deadline.poll_timeout());
    if (ready == 1 && (ended.revents & POLLNVAL) != 0) {
      return make_error("poll", std::errc::bad_file_descriptor);
    }
    if (ready == 1) return true;
    if (ready == -1 && errno != EINTR) return last_error("poll");
    if (deadline.passed()) return false;
  }
}

}  // namespace proclab::reaping
