// Chapter 1 · directory: where does a relative path start?
//
// Raw calls met: getcwd, chdir; GetCurrentDirectoryW, SetCurrentDirectoryW.
#pragma once

#include <string>

#include "platform/result.h"

namespace proclab::process {

/// The current directory, absolute, UTF-8 on Windows. One for the whole process, all its threads.
/// Errors: POSIX ENOENT when the directory was removed under the process, EACCES when a parent
/// directory may not be searched. Threads: safe, but another thread's chdir may come right after.
/// getcwd(3), GetCurrentDirectoryW; Node: process.cwd().
[[nodiscard]] Result<std::string> current_directory();

/// Goes to another one. Errors: invalid_argument (a NUL inside), no_such_file_or_directory (also
/// for ""), not_a_directory, permission_denied. Nothing changes when it fails. Threads: the whole
/// process moves; a thread that opens "a.txt" just then opens it here or there. Use absolute paths
/// or openat(2) in a library. Windows: also keeps the hidden variable "=C:" that the C runtime and
/// cmd.exe keep for each drive. chdir(2), SetCurrentDirectoryW; Node: process.chdir().
Result<void> change_directory(const std::string& path);

}  // namespace proclab::process
