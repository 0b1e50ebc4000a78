// Chapter 10 · loop: readiness: the engine that poll(2) and epoll(7) share. For this chapter's POSIX files.
//
// Question: poll is told at every call what to look at, epoll once. What must be kept so that the sources
// need not know which of the two it is? Read before: core.h. Then engine_posix.cpp, poll_posix.cpp,
// epoll_linux.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chapters/ch02_stdio/stream_kind.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch10_loop/core.h"

namespace proclab::loop {

/// What one may wait for, and what has come. Broken is never asked for and always told.
inline constexpr unsigned kIn = 1, kOut = 2, kBroken = 4;

/// A descriptor with something to tell. A number may have been closed and given out again by the time it is
/// told, so it goes together with the generation of the source that asked.
struct Event {
  int fd;
  std::uint32_t generation;
  unsigned what;
};

/// The system call, and no more. Level-triggered: it tells again as long as it is so.
class Selector {
 public:
  virtual ~Selector() = default;
  /// From now on, `now` is what to look for at `fd`; `before` is what was. 0: not at all.
  virtual Result<void> watch(int fd, std::uint32_t generation, unsigned before, unsigned now) = 0;
  /// Waits and fills `events`. An interruption by a signal is an empty answer.
  virtual Result<void> wait(int timeout, std::vector<Event>& events) = 0;
};

std::unique_ptr<Selector> make_poll();
Result<std::unique_ptr<Selector>> make_epoll();  ///< Errors: not_supported outside Linux

/// A body that has a descriptor to be watched.
struct Watched : Body {
  /// Some of `wanted` is so, or it is broken. One portion of work.
  virtual void on_event(unsigned what) = 0;
  /// The system will not watch the descriptor.
  virtual void on_refused(const Error& why) = 0;
  void before_wait() override;

  int fd = kNoHandle;
  unsigned wanted = 0;   // what on_event() shall hear of: set it, and call core->soon()
  unsigned watched = 0;  // what the Selector knows
  std::uint32_t generation = 0;
};

class Readiness final : public Engine {
 public:
  static Result<std::unique_ptr<Readiness>> make(std::unique_ptr<Selector> selector);
  Result<void> wait(int timeout) override;
  void wake() override;

  /// Claims body.fd, and says what it is. Errors: device_or_resource_busy, bad_file_descriptor, not_supported.
  Result<stdio::StreamKind> claim(Watched& body);
  /// Before the descriptor is closed: a kernel that goes on watching it would tell of a stranger.
  void give_up(Watched& body);
  /// Tells the kernel when `wanted` is no longer what it was.
  void update(Watched& body);
  /// Room for one read, good until the next: readiness needs none while it waits.
  std::span<char> room(std::size_t size);

 private:
  std::unique_ptr<Selector> selector_;
  pipes::Pipe waker_;
  std::vector<Watched*> by_fd_;
  std::vector<Event> events_;  // kept for its memory
  std::uint32_t generations_ = 0;
  std::vector<char> room_;
};

/// The engine of a loop on this system.
[[nodiscard]] inline Readiness& readiness(Core& core) {
  return static_cast<Readiness&>(*core.engine);
}

}  // namespace proclab::loop
