// Chapter 14 · warden: who watches the warden?
//
// Question: a warden that is killed by SIGKILL can sweep nothing any more. What is then left of its
// program? Read before: chapter 8's parent.h, warden.h. Meets: fork, prctl(PR_SET_PDEATHSIG).
#pragma once

#include <functional>
#include <optional>

#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::warden {

/// How a guarded body came to its end.
struct Guarded {
  int code = 0;  ///< what the body returned
  bool killed =
      false;  ///< it did not: it was killed, or hung. All that was below it has been ended.
};

/// Runs `body` so that it and whatever is below it end, whichever of the two processes is killed.
///
/// Linux: in a forked child, the keeper. Its parent, the front, only waits, and passes on SIGTERM, SIGINT,
/// SIGHUP and SIGQUIT. When the front is killed the kernel sends SIGTERM to the keeper; when the
/// keeper is killed the front, which adopts what is left of its tree, sweeps. Both at once is more than it
/// can hold: that takes a pid namespace. With `most`, a keeper that has not ended by then (somebody has
/// stopped it) is killed. For a process with one thread that does nothing else: it adopts, and all its
/// children are swept. The body is to return, not to exit; its code is cut to 8 bits.
/// Windows: the body runs in this process; a job object ends with it. macOS: likewise, without a job.
/// Errors: those of fork(2) and prctl(2).
Result<Guarded> guarded(const std::function<int()>& body, std::optional<Milliseconds> most);

}  // namespace proclab::warden
