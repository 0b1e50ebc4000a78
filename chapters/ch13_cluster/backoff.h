// Chapter 13 · cluster: when is it no use to try again?
//
// Question: a worker that dies at its start is started again, and dies, and … how does a manager neither give up too
// early nor spin? Read before: nothing.
#pragma once

#include <algorithm>
#include <optional>

#include "platform/clock.h"

namespace proclab::cluster {

/// Counts the deaths of young workers in a row. By the monotonic clock, so that nobody who sets the time makes an old
/// worker young.
class Backoff {
 public:
  struct Options {
    unsigned most = 4;  ///< a young worker's death is followed by a new start so often, in a row
    Milliseconds young{1'000};  ///< who has lived so long, and was ready, was none of these
    Milliseconds first{100}, longest{5'000};  ///< the pause before a start: doubled each time
  };
  Backoff() = default;
  explicit Backoff(const Options& options) : options_(options) {}

  /// How a worker's life went.
  struct Life {
    Clock::duration lived{};
    bool was_ready = false;
    bool was_killed =
        false;  ///< by SIGKILL, and not by us: somebody's doing (or the kernel's, out of memory), not its own
  };
  /// A worker has ended. How long to wait before the next; nullopt: give up. Who served and was killed from outside
  /// does not count: its program is not broken.
  std::optional<Milliseconds> ended(const Life& life) {
    if (life.was_ready && life.lived >= options_.young) {
      deaths_ = 0;
      return Milliseconds(0);
    }
    if (life.was_ready && life.was_killed) return options_.first;
    if (deaths_ == options_.most) return std::nullopt;
    const unsigned doubled = std::min(deaths_++, 16U);
    return std::min(options_.longest, options_.first * (1U << doubled));
  }
  [[nodiscard]] unsigned deaths() const { return deaths_; }
  void forget() { deaths_ = 0; }

 private:
  Options options_;
  unsigned deaths_ = 0;
};

}  // namespace proclab::cluster
