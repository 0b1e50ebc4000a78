// Chapter 1 · identity: which process is this, who started it, and from which file?
//
// Start here. Raw calls met: getpid, getppid; GetCurrentProcessId, CreateToolhelp32Snapshot.
#pragma once

#include <string>
#include <vector>

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::process {

/// This process's number. Never fails. The number is this process's alone only while it lives (and,
/// on POSIX, until its parent has waited for it); later the system gives it to a stranger.
/// getpid(2), GetCurrentProcessId; Node: process.pid.
[[nodiscard]] Pid pid() noexcept;

/// The number of the process that started this one.
/// POSIX: of the one that adopted it, when the parent has ended (often 1); it can change at any
/// time. 0 when the parent lives outside this pid namespace. getppid(2).
/// Windows: what was recorded at the start. Nobody adopts: the number may by now belong to a
/// stranger. Errors: of CreateToolhelp32Snapshot. Node: process.ppid.
[[nodiscard]] Result<Pid> parent_pid();

/// The absolute path of the running program's file: proclab::self_path(). Node: process.execPath.
/// Linux appends " (deleted)" when the file is no longer there.
[[nodiscard]] Result<std::string> exec_path();

/// The arguments as the *system* keeps them for other programs to look at: what `ps` shows.
/// Not Node's process.argv, which is main's own copy. Linux: /proc/self/cmdline, which is memory of
/// this process, so that set_title() changes it. Windows: GetCommandLineW, split as C does.
/// macOS: errc::function_not_supported.
[[nodiscard]] Result<std::vector<std::string>> system_arguments();

}  // namespace proclab::process
