// Chapter 8 · reaping: ten thousand children, one thing to wait on.
//
// Question: a child has ended. Which? To ask each one costs more the more there are. How can the
// price of one end be the same with 100 and with 10,000 living children? Read before: watch.h.
// Meets: epoll_create1, epoll_ctl, epoll_wait; kqueue; RegisterWaitForSingleObject.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "chapters/ch04_spawn/process.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::reaping {

/// Tells which of the watched children have ended. It reaps none: each status stays with its
/// Process, whose wait() then returns at once. So it touches no child that it was not given, and
/// several of them, or a library with its own ways, live beside each other. One thread at a time.
class Reaper {
 public:
  /// The caller's own name for a child: an index, or a pointer to whatever it belongs to. It is carried, and never
  /// looked at: one that two children have is told twice.
  using Key = std::uint64_t;

  /// Errors: too_many_files_open; Windows: those of CreateEventW.
  static Result<Reaper> make();
  Reaper(Reaper&& other) noexcept;
  Reaper& operator=(Reaper&& other) noexcept;
  ~Reaper();  ///< forgets all; the children and the duties for them stay as they are

  /// Watches a child until it has been told, or forgotten. Process and Reaper know nothing of each
  /// other after that: the Process may move. POSIX: a descriptor for each child that is watched.
  /// Errors: those of watch(); too_many_files_open says how many are watched already.
  Result<void> watch(const spawn::Process& child, Key key);
  /// Stops watching who has that key, if anybody. Nothing is told of it any more, also when it has ended already. It
  /// asks all for their key: this one costs more, the more are watched.
  void forget(Key key);

  /// Blocks until a watched child has ended or `deadline` has passed; fills `ended` from the front
  /// and gives back how many there were, 0 after a deadline. Each child is told once. What does not fit is told next
  /// time. With Deadline::after(Milliseconds(0)) it does not block. Its cost knows only how many have ended, not how
  /// many live.
  Result<std::size_t> next(std::span<Key> ended, Deadline deadline = Deadline::never());

  /// Ready (readable, signalled) as long as next() would not block: for poll, epoll, kqueue or
  /// WaitForMultipleObjects of a loop. Owned by this object.
  [[nodiscard]] NativeHandle native() const;
  [[nodiscard]] std::size_t watched() const;

 private:
  struct State;  // each system's own
  explicit Reaper(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proclab::reaping
