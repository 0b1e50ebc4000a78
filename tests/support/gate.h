// tests/support · gate: one process waits at it until another opens it. This is what orders two
// processes in a test; a sleep only hopes.
#pragma once

#include <string>

#include "platform/clock.h"
#include "platform/handle.h"

namespace proclab::test {

/// POSIX: a pipe; Windows: a manual-reset event. Both ends are inheritable on request only.
/// Opened once, it stays open. After fork() parent and child may use either side of it: open() and
/// wait() make system calls and nothing else.
class Gate {
 public:
  Gate();
  /// Lets all who wait, and all who will, pass.
  void open();
  /// Waits for it. False when the deadline passed first (or, on POSIX, when all who could open it
  /// are gone).
  [[nodiscard]] bool wait(Milliseconds deadline = Milliseconds(20'000));
  /// The handle to give to a child that shall wait (`probe gate N`): read end, or the event.
  [[nodiscard]] NativeHandle waiter() const { return waiter_.get(); }
  /// The handle to give to a child that shall open it: write end, or the event.
  [[nodiscard]] NativeHandle opener() const { return opener_.get(); }
  /// Closes this process's opener: when the last child that could open it is gone, wait() ends.
  /// POSIX only: an event has no such news, so there wait() needs its deadline.
  void close_opener() { opener_.close(); }

 private:
  Handle waiter_;
  Handle opener_;
};

/// Whether programs started from here on get `handle` (under the same number). RunOptions::inherit
/// does this for one program; this is for tests that start programs with calls of their own.
void set_inheritable(NativeHandle handle, bool on);

/// The handle as the probe takes it on its command line: "7".
[[nodiscard]] std::string to_text(NativeHandle handle);

}  // namespace proclab::test
