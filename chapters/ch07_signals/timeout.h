// Chapter 7 · signals: a program that may take so long, and no longer.
//
// Question: how do you end a program that does not end? TERM, which it may heed; a grace; KILL, which it
// must. And how is it never a stranger that is killed? By signalling only before the child is reaped:
// until then nobody else gets its number. Read source.h and chapter 4's process.h before.
// Meets: pidfd_open, poll; kqueue; WaitForMultipleObjects.
#pragma once

#include <optional>

#include "chapters/ch04_spawn/process.h"
#include "chapters/ch07_signals/source.h"
#include "platform/clock.h"

namespace proclab::signals {

/// Whom a signal shall reach.
enum class Reach {
  child,      ///< the child alone; what it started lives on
  group,      ///< the group that the child leads (spawn::Attach::new_group or new_session). POSIX.
  own_group,  ///< the caller's own group, and the child in it; a kKill takes the caller along. POSIX.
};

/// How long, and what then.
struct Limits {
  std::optional<Milliseconds> span;   ///< from now; nullopt: as long as it takes
  int signal = kTerminate;            ///< sent when the span is over
  std::optional<Milliseconds> grace;  ///< from that signal on, then kKill; nullopt: never
  Reach reach = Reach::child;
};

/// How it went.
struct Limited {
  spawn::ExitStatus status;
  bool timed_out = false;  ///< the span passed, and the signal was sent
};

/// Waits for `child`, buries it, and ends it when its time is over. With Reach::group nothing that is
/// in the group by then outlives a timeout that has a grace: what is left when the child has ended gets
/// a kKill, before the child is reaped, so that the group's number is still its own.
/// With `pass_on`, each event of that Source goes to the child (as far as `reach` says), and the grace
/// begins with the first: what a program that stands in for another one has to do.
/// Errors: invalid_argument for a signal that is none; not_supported for a Reach on Windows; what the
/// wait says (spawn::Process::wait). The child is then still to be waited for.
Result<Limited> wait_limited(spawn::Process& child, const Limits& limits,
                             Source* pass_on = nullptr);

/// What ended a wait.
enum class Woken { ended, readable, deadline };

/// Waits until `child` has ended, `other` is readable (kNoHandle: no other), or the deadline has passed,
/// and does not reap it: its pid, and its group's number, stay its own until Process::wait().
/// The child's end comes first where several hold.
Result<Woken> wait_ended(const spawn::Process& child, NativeHandle other, Deadline deadline);

}  // namespace proclab::signals
