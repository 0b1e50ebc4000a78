// platform · self: what a program must know or mend about itself before main's first own line.
#pragma once

#include <string>
#include <vector>

#include "platform/result.h"

namespace proclab {

/// The path of the running program's file, absolute. Linux: /proc/self/exe, macOS:
/// _NSGetExecutablePath, Windows: GetModuleFileNameW. Not argv[0]: that is whatever the parent said.
[[nodiscard]] Result<std::string> self_path();

/// The program's arguments as UTF-8, with argv[0]. On Windows main's own argv is in the code page
/// of the day and has lost what that cannot say, so this asks GetCommandLineW; on POSIX it copies.
[[nodiscard]] std::vector<std::string> utf8_args(int argc, char** argv);

/// Opens the null device on each of descriptors 0-2 that is closed. A program started without them
/// would otherwise give 0, 1 or 2 to its next open() or pipe(), and hand that to a child as its
/// stdin. Call it first in main. Windows keeps its standard handles apart from the handle table and
/// has no such trap: there it does nothing.
Result<void> fill_std_slots();

}  // namespace proclab
