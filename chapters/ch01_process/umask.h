// Chapter 1 · umask: which permissions does a new file *not* get?
//
// Raw calls met: umask. Trap: it has no reading form.
#pragma once

#include <cstdint>

#include "platform/result.h"

// Windows has no umask: a new file takes the access list of its folder. The C runtime's _umask only
// decides about the read-only mark, so each function says errc::function_not_supported there.
namespace proclab::process {

/// The mask, without touching it: safe with threads. Linux 4.7 and later: "Umask:" in
/// /proc/self/status. Elsewhere: function_not_supported, since POSIX has no such call.
/// Node: process.umask(), which is deprecated because it reads by changing.
[[nodiscard]] Result<std::uint32_t> read_umask();

/// Sets the mask (only 0777 counts) for the whole process and returns the old one. Errors:
/// invalid_argument for bits outside 0777. umask(2); Node: process.umask(mask).
Result<std::uint32_t> set_umask(std::uint32_t mask);

/// UNSAFE: reads by setting 0 and setting back, all that POSIX offers. A file which another thread
/// creates in between is open to everybody; and of two threads that do this at once one can take
/// the other's 0 for the mask and leave it so for good. Its fixed twin is read_umask().
[[nodiscard]] Result<std::uint32_t> unsafe_read_umask();

}  // namespace proclab::process
