// Chapter 1 · proc: reading the kernel's own text about a process. Linux only, inside this chapter.
//
// Raw calls met: open, read. The files in /proc have no size: they are written while they are read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/result.h"

namespace proclab::process {

/// All of a file below /proc. Errors: of open(2) and read(2); ENOENT where /proc is not mounted.
[[nodiscard]] Result<std::string> read_proc(const char* path);

/// The fields of a line of /proc/PID/stat, numbered as in proc(5): [1] is the pid, [2] the name
/// without its parentheses, [22] the start time. [0] is empty. Empty when `line` is no such line.
[[nodiscard]] std::vector<std::string> stat_fields(std::string_view line);

/// The value after "Key:\t" in a file such as /proc/self/status. Errors: invalid_argument when the
/// key is not there (an older kernel).
[[nodiscard]] Result<std::string> status_value(std::string_view text, std::string_view key);

/// Digits in `base`, and nothing after them but blanks or a unit. Errors: invalid_argument.
[[nodiscard]] Result<std::uint64_t> to_number(std::string_view digits, int base = 10);

}  // namespace proclab::process
