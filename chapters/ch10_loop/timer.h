// Chapter 10 · loop: timers.
//
// Question: what does "in 100 ms" promise? Not before. How long after depends on what else the thread has to do:
// a callback that computes for a second makes every timer late. Read before: source.h. Then core.cpp.
#pragma once

#include <functional>

#include "chapters/ch10_loop/loop.h"

namespace proclab::loop {

/// A timer. Never early, by the monotonic clock. Those that are due run in the order of their moments, and
/// of starting where these are equal.
class Timer : public Source {
 public:
  /// Calls `work` once, `span` from now; 0 (or less): in the next turn. After that it is not active.
  [[nodiscard]] static Timer once(Loop& loop, Milliseconds span, std::function<void()> work);
  /// Calls `work` at now + period, now + 2 × period …: the moments do not drift with what `work` takes.
  /// Those that have passed while the thread was busy are made up for by one call, not by a pile of
  /// them. A period below 1 ms is 1 ms.
  [[nodiscard]] static Timer every(Loop& loop, Milliseconds period, std::function<void()> work);

  /// Starts it anew from now, with this span (or period), whether it runs or has run: for "nothing has
  /// come for 30 s". On a closed timer: nothing.
  void restart(Milliseconds span);
  /// Stops it. restart() starts it again.
  void stop();

 private:
  using Source::Source;
};

}  // namespace proclab::loop
