// Chapter 10 · loop: the end of a child as an event.
//
// Question: who calls wait() in a program that must not wait? The loop says when it will not block.
// Read before: ready.h; chapter 8's watch.h. Then exit.cpp, which is the same on every system.
#pragma once

#include <functional>

#include "chapters/ch04_spawn/process.h"
#include "chapters/ch10_loop/loop.h"

namespace proclab::loop {

/// Tells once that a child has ended. It reaps nothing: the duty, and the status, stay with the Process,
/// whose wait() returns at once from then on. Active until it has told.
class Exit : public Source {
 public:
  /// The Process may move meanwhile: source and Process know nothing of each other.
  /// Errors: as reaping::watch(): no_child_process, too_many_files_open (POSIX: a descriptor a child).
  static Result<Exit> watch(Loop& loop, const spawn::Process& child, std::function<void()> ended);

 private:
  using Source::Source;
};

}  // namespace proclab::loop
