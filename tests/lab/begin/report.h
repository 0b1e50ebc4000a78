// tests/lab · what tests/lab/begin tells the one who waits outside the sandbox.
#pragma once

#include <cstdint>

namespace proclab::lab {

struct Report {
  enum class What : std::int32_t { begun = 1, ended = 2 };
  What what;
  /// begun: the reporter's pid, in its own namespace; ended: the command's wait status.
  std::int32_t value;
};

}  // namespace proclab::lab
