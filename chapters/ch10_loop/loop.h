// Chapter 10 · loop: one thread that waits for everything.
//
// Question: bytes on a hundred pipes, a child's end, a timer, work from another thread: how does one
// thread wait for all of them, and for none longer than it must? Read before: chapters 5 to 8, whose
// things are waited for here. Then source.h; timer.h, stream.h, accept.h, ready.h, exit.h, signal.h are what
// there is to wait for; core.cpp is the loop itself. Meets: poll, epoll_wait; GetQueuedCompletionStatusEx.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "chapters/ch10_loop/source.h"
#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::loop {

/// Who does the waiting. One contract for all: tests run through each that a system has.
enum class Backend {
  automatic,  ///< epoll on Linux, iocp on Windows, poll elsewhere
  poll,       ///< readiness: poll(2), every POSIX system; looks at every source at every turn
  epoll,      ///< readiness: Linux; looks only at those to which something has happened
  iocp,       ///< completion: Windows
};

/// Those that this system has; the first is what `automatic` means.
[[nodiscard]] std::vector<Backend> backends();
/// "poll", "epoll", "iocp".
[[nodiscard]] const char* name_of(Backend backend);

/// What other threads reach a loop by. Copy it to them; it may outlive the loop. Any thread.
class Poster {
 public:
  /// The loop's thread will call `work`, in the order of posting, at its next turn. Wakes it if it waits:
  /// many posts, one wake-up. False: the loop is gone, and `work` has not been kept.
  bool post(std::function<void()> work) const;

  struct Mailbox;
  explicit Poster(std::shared_ptr<Mailbox> box) : box_(std::move(box)) {}

 private:
  std::shared_ptr<Mailbox> box_;
};

/// A loop. It belongs to the thread that runs it: only a Poster may be used from others.
///
/// A turn is: the posts that are there; the timers that are due; the writes that were asked for; then the wait,
/// and one portion of work for each source that has something (one read, one connection …), so that none
/// can keep the others waiting. What a callback starts is for the next turn, which comes at once
/// if it need not wait. Callbacks are called by run() and turn() alone, never inside the call that asked.
///
/// A callback that throws ends the program: nothing here could put the loop in order again.
class Loop {
 public:
  /// Errors: not_supported for a backend that this system lacks; too_many_files_open.
  static Result<Loop> open(Backend backend = Backend::automatic);
  Loop(Loop&&) noexcept;
  Loop& operator=(Loop&&) = delete;
  /// Closes all sources that are still open; their objects may live on, and do nothing. Posts that have
  /// not been run are dropped.
  ~Loop();

  /// Turns until nothing is left to wait for: no active source that is referenced, no write under way,
  /// no post. True then; false when stop() was called. May be called again. Not from a callback.
  /// Errors: only what poll, epoll_wait … say, which in practice is never.
  Result<bool> run() noexcept;
  /// One turn, which waits until `deadline` at most. False: nothing is left to wait for.
  Result<bool> turn(Deadline deadline = Deadline::never()) noexcept;
  /// run() returns at the end of the turn that is under way; one called later, at once. Another thread
  /// posts it: poster.post([&] { loop.stop(); }).
  void stop();

  /// poster().post(). Any thread, as long as this object lives and stays where it is.
  void post(std::function<void()> work) const;
  [[nodiscard]] Poster poster() const;

  [[nodiscard]] Backend backend() const;

  /// For tests, demos and the curious.
  struct Counts {
    std::uint64_t turns = 0;  ///< how often it has waited
    std::uint64_t wakes = 0;  ///< how often a post had to wake it
  };
  [[nodiscard]] Counts counts() const;

  /// For this chapter's sources.
  [[nodiscard]] Core& core() const { return *core_; }

 private:
  explicit Loop(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace proclab::loop
