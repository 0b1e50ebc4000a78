// Chapter 7 · signals: a program that may take so long, and no longer. Read timeout.h first.
#include "chapters/ch07_signals/timeout.h"

#include <vector>

#include "chapters/ch07_signals/reach.h"

namespace proclab::signals {

//> wait-limited
Result<Limited> wait_limited(spawn::Process& child, const Limits& limits, Source* pass_on) {
  if (Result<void> r = check_reach(limits.reach); !r) return r.error();
  if (limits.signal != 0 && name_of(limits.signal).empty()) {
    return make_error("signal", std::errc::invalid_argument, std::to_string(limits.signal));
  }
  const NativeHandle told = pass_on != nullptr ? pass_on->handle() : kNoHandle;
  Deadline deadline = limits.span ? Deadline::after(*limits.span) : Deadline::never();
  int at_deadline = limits.signal;
  std::optional<Milliseconds> grace = limits.grace;
  bool timed_out = false;
  for (;;) {
    const Result<Woken> woken = wait_ended(child, told, deadline);
    if (!woken) return woken.error();
    if (*woken == Woken::ended) break;
    std::vector<int> signals;
    if (*woken == Woken::deadline) {
      timed_out = true;
      signals = {at_deadline};
      deadline = Deadline::never();
    } else {
      const Result<std::vector<Event>> events = pass_on->read_all();
      if (!events) return events.error();
      for (const Event& event : *events) signals.push_back(event.signal);
    }
    for (const int signal : signals) {
      // Not reaped yet, whatever has become of it: the number is our child's.
      send_to(child, limits.reach, signal);
      if (!grace) continue;
      deadline = Deadline::after(*grace);
      at_deadline = kKill;
      grace.reset();
    }
  }
  // Ended, but still a zombie, whose number is also its group's. After the wait this would be a shot in the
  // dark: the group may be empty, and its number given away.
  if (timed_out && limits.grace && limits.reach == Reach::group) {
    send_to(child, limits.reach, kKill);
  }
  const Result<spawn::ExitStatus> status = child.wait();
  if (!status) return status.error();
  return Limited{*status, timed_out};
}
//< wait-limited

}  // namespace proclab::signals
