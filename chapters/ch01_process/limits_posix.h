// Chapter 1 · limits on POSIX: the same two things in the system's own words, for a chapter that sets
// limits where these functions cannot be called (chapter 4, between fork and exec).
#pragma once

#include <sys/resource.h>

#include "chapters/ch01_process/limits.h"

namespace proclab::process {

/// RLIMIT_NOFILE and so on.
[[nodiscard]] int native_limit(Limit limit);
/// Both numbers, with RLIM_INFINITY for "no limit". Errors: invalid_argument for a number as high as
/// RLIM_INFINITY: on Linux that is the highest there is, and who means a number would get no limit.
[[nodiscard]] Result<rlimit> native_pair(const LimitPair& pair);

}  // namespace proclab::process
