// Chapter 7 · signals: the system's part of names.h.
#pragma once

#include <span>

namespace proclab::signals {

struct Named {
  const char* name;  ///< with SIG
  int number;
};

/// The classical signals of this system by number; a second name of a number follows the first.
[[nodiscard]] std::span<const Named> classical();

/// The real-time signals, first to last; none: first > last.
struct RealTime {
  int first = 1;
  int last = 0;
};
[[nodiscard]] RealTime real_time();

}  // namespace proclab::signals
