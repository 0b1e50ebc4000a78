// Chapter 7 · signals: a signal turned into an event.
//
// Question: a handler may do next to nothing, so how does a program do something about a signal? It lets
// a descriptor turn readable, and does the work in its loop, in plain code. Three ways on POSIX
// behind one contract, and console events on Windows. Read send.h before; then source_posix.cpp.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "chapters/ch07_signals/names.h"
#include "platform/clock.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::signals {

/// A signal that came.
struct Event {
  int signal = 0;
  /// Who sent it; of a SIGCHLD the child. 0: the kernel, the terminal, or not known (a Source by
  /// sigwait on macOS; Windows).
  Pid sender = 0;
  /// What queue() sent along; else 0.
  int value = 0;
  /// How many this stands for. Above 1 only where a self-pipe was full: then who sent them is lost,
  /// but not that they came.
  unsigned count = 1;
};

/// How a Source listens.
enum class Way {
  automatic,       ///< self_pipe; on Windows console events
  self_pipe,       ///< a handler that writes into a pipe: the classical one, every POSIX system
  signalfd,        ///< Linux: the kernel's own descriptor; no handler at all
  sigwait_thread,  ///< a thread that waits for them and writes into a pipe
};

/// Listens for some signals, which then no longer do what they do by default. One owner per signal in
/// a process: what chapter 8's reaper or a loop listens for, nobody else can.
///
/// What is promised. Of a standard signal, that came any number of times: at least one event, at most as
/// many as were sent; this is the kernel's doing (a pending one swallows the next), and why nobody
/// may count SIGCHLDs. Of a real-time signal sent by queue(): one event each (see Event::count), in the
/// order of sending but for a full self-pipe. A signal that was sent before open() has returned, or
/// after the destructor began, may be lost or do its default.
///
/// Threads: one at a time, and the thread that opens it also destroys it, since its mask is changed:
/// self_pipe unblocks the signals there, the other two block them. Those two need them blocked
/// in *every* thread, or one of the others takes the default action: open before you start threads.
/// A fork()ed child has no Source: it may destroy the copy, nothing else. spawn::start() resets all.
class Source {
 public:
  /// Starts to listen. Until the Source is destroyed, the signals' dispositions and the calling
  /// thread's mask are its own; then both are as before, and what was not read is dropped.
  /// Errors: device_or_resource_busy when a signal has an owner; invalid_argument for no signal at all,
  /// and for one that cannot be listened for (see can_listen); not_supported for a Way that the system
  /// lacks. Sources: POSIX sigaction(), signalfd(2), sigwaitinfo(); MSDN SetConsoleCtrlHandler.
  static Result<Source> open(const std::vector<int>& signals, Way way = Way::automatic);
  Source(Source&&) noexcept;
  Source& operator=(Source&&) noexcept;
  ~Source();

  /// What to wait on: polls readable (Windows: an event that is set) while something is unread. Owned
  /// by the Source. It may rarely wake its waiter for nothing: next() says so.
  [[nodiscard]] NativeHandle handle() const;
  /// The next event; nullopt when there is none now. Never waits.
  Result<std::optional<Event>> next();
  /// As next(), but waits for it; nullopt when the deadline passed first.
  Result<std::optional<Event>> next_until(Deadline deadline);
  /// All that is there now. Never waits; may be empty.
  Result<std::vector<Event>> read_all();

  struct Listener;  ///< what each system makes of it; for open() alone

 private:
  explicit Source(std::unique_ptr<Listener> listener) noexcept;
  std::unique_ptr<Listener> listener_;
};

/// Whether a Source can ever see `signal` here, for portable code that listens for what there is.
/// POSIX: not SIGKILL and SIGSTOP, which nobody can catch; nor SIGSEGV, SIGBUS, SIGFPE, SIGILL, which
/// must be dealt with where they happen: after an event the faulty instruction would just run again.
/// Windows: kInterrupt (Ctrl-C), SIGBREAK (Ctrl-Break), kHangup (the console window is closed; the
/// system ends the process some seconds later); nothing there can send a kTerminate that could be heard.
[[nodiscard]] bool can_listen(int signal);

}  // namespace proclab::signals
