// Chapter 13 · cluster: who accepts from a socket that all share should leave something for the others.
//
// Question: 32 clients come at once, and stay. One worker is awake and takes one after another; the second needs a
// tenth of a millisecond to wake, and finds nothing. Nobody sees who has how many: what can a worker do by itself?
// Take some, and look away for a moment. Read before: nothing. Then worker.cpp, which asks before each accept().
#pragma once

#include <algorithm>
#include <cstddef>

#include "platform/clock.h"

namespace proclab::cluster {

//> appetite
/// Bounds how fast a worker's open connections grow: in each moment by an eighth, and at least by a few. Whoever has
/// slept gets its part meanwhile. Not bounded is how many it serves: one that is closed again makes room for the next.
class Appetite {
 public:
  static constexpr Milliseconds kMoment{3};  ///< longer than it takes to wake where others compute
  static constexpr std::size_t kFew = 4;

  /// Whether to take no more now, with so many `open`. Time for the others is over after kMoment.
  [[nodiscard]] bool is_still(std::size_t open, Clock::time_point now) {
    if (now - since_ >= kMoment || open < had_) {
      since_ = now;
      had_ = open;
    }
    return open >= had_ + std::max(kFew, had_ / 8);
  }

 private:
  Clock::time_point since_;
  std::size_t had_ = 0;
};
//< appetite

}  // namespace proclab::cluster
