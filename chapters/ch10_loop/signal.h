// Chapter 10 · loop: signals as events among others.
//
// Question: a handler may do next to nothing; where does the work go? Here. Read before: ready.h; chapter
// 7's source.h. Then signal.cpp, which is the same on every system.
#pragma once

#include <functional>
#include <vector>

#include "chapters/ch07_signals/source.h"
#include "chapters/ch10_loop/loop.h"

namespace proclab::loop {

/// Calls back for each signal that comes, in plain code on the loop's thread. Active until it is closed; a
/// program that listens for Ctrl-C and has nothing else to do should end, so unref() it: Node does.
class Signals : public Source {
 public:
  /// What is promised, and the errors: signals::Source. Bounded work: 64 events a turn.
  static Result<Signals> listen(Loop& loop, const std::vector<int>& signals,
                                std::function<void(const signals::Event&)> on_signal,
                                signals::Way way = signals::Way::automatic);

 private:
  using Source::Source;
};

}  // namespace proclab::loop
