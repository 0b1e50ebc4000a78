// platform · clock: time that only goes forward, and deadlines made of it.
#pragma once

#include <chrono>
#include <optional>

namespace proclab {

/// std::chrono::steady_clock is CLOCK_MONOTONIC on POSIX and QueryPerformanceCounter on Windows: it
/// never jumps when somebody sets the wall clock, so a timeout of 2 s is 2 s.
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

/// The moment up to which something may take. Passed down instead of a timeout, so that a loop that
/// is interrupted and starts again does not wait the whole time anew.
class Deadline {
 public:
  /// Never.
  Deadline() = default;
  /// `span` from now; a span longer than the clock can count to is cut to what it can.
  [[nodiscard]] static Deadline after(Milliseconds span) {
    const Clock::time_point now = Clock::now();
    const auto longest = std::chrono::floor<Milliseconds>(Clock::time_point::max() - now);
    if (span <= Milliseconds::zero()) return Deadline(now);
    return Deadline(now + (span < longest ? span : longest));
  }
  [[nodiscard]] static Deadline never() { return {}; }

  [[nodiscard]] bool passed() const { return at_ && Clock::now() >= *at_; }
  /// Milliseconds still left, rounded up (a wait must not end early and spin), never negative;
  /// -1 for never: what poll(2) and epoll_wait(2) take.
  [[nodiscard]] int poll_timeout() const {
    if (!at_) return -1;
    const auto left = std::chrono::ceil<Milliseconds>(*at_ - Clock::now()).count();
    return left < 0 ? 0 : left > kLongest ? kLongest : static_cast<int>(left);
  }

 private:
  static constexpr int kLongest = 1 << 30;  // twelve days: poll(2) takes an int; callers loop
  explicit Deadline(Clock::time_point at) : at_(at) {}
  std::optional<Clock::time_point> at_;
};

}  // namespace proclab
