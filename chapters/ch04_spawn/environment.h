// Chapter 4 · spawn: the child's environment, put together from the parent's and the changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"

namespace proclab::spawn {

/// `inherited` ("NAME=value" lines) with the changes applied, or the changes alone. Each name stands
/// once; the order is kept, new names come last. `ignore_case`: names that differ only in the case of
/// A-Z are one name, as on Windows. Errors ("env", invalid_argument): an empty name, a '=' in it (but
/// for Windows' hidden "=C:"), a NUL anywhere.
Result<std::vector<std::string>> merge_environment(std::vector<std::string> inherited,
                                                   const Environment& wanted, bool ignore_case);

/// The value of `name` in such lines, for Windows' search of PATH.
std::optional<std::string> environment_value(const std::vector<std::string>& lines,
                                             std::string_view name, bool ignore_case = false);

}  // namespace proclab::spawn
