// Chapter 14 · warden: how much a program may say, on both systems. Read warden.h first.
#pragma once

#include <cstdint>
#include <limits>

#include "chapters/ch14_warden/warden.h"

namespace proclab::warden {

inline constexpr std::uint64_t kNoOutputLimit = std::numeric_limits<std::uint64_t>::max();

/// Bytes of stdout and stderr together: limits.output; without one, 1 MiB where they are kept in memory,
/// and kNoOutputLimit where all is passed on.
[[nodiscard]] inline std::uint64_t output_limit(const Options& options) {
  if (options.limits.output) return *options.limits.output;
  const bool kept = options.output == kNoHandle || options.errors == kNoHandle;
  return kept ? 1024 * 1024 : kNoOutputLimit;
}

}  // namespace proclab::warden
