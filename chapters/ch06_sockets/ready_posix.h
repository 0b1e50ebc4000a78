// Chapter 6 · sockets: try first, then wait. For this chapter's POSIX files.
#pragma once

#include <cerrno>

#include <poll.h>
#include <sys/types.h>

#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::sockets {

//> try-then-wait
/// Calls `attempt`, which must not block, until it gives something else than "not now": its result,
/// 0 or more, or the error of `call`. Trying before waiting saves the poll() where there is work
/// already, which is the usual case. EINTR is no answer. After the deadline: timed_out, and with
/// one that has passed there is no poll() at all.
template <class Attempt>
Result<std::size_t> try_then_wait(int fd, short events, Deadline until, const char* call,
                                  Attempt attempt) {
  for (;;) {
    const ssize_t done = attempt();
    if (done >= 0) return static_cast<std::size_t>(done);
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return last_error(call);
    if (until.passed()) return make_error(call, std::errc::timed_out);
    pollfd entry{fd, events, 0};
    if (::poll(&entry, 1, until.poll_timeout()) == -1 && errno != EINTR) return last_error("poll");
  }
}
//< try-then-wait

}  // namespace proclab::sockets
