// Chapter 1 · ending: the ways a process ends, and the number it leaves.
//
// Raw calls met: exit, _Exit, quick_exit, abort, kill; ExitProcess, TerminateProcess.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "platform/result.h"

namespace proclab::process {

/// What a parent is told when a child calls exit(code). POSIX: the low 8 bits, so that exit(256) is
/// success and exit(-1) is 255, even for waitid(2). Windows: all 32, so that -1 is 4294967295.
[[nodiscard]] std::uint32_t code_parent_sees(int code) noexcept;

/// 128 + signal: how a *shell* writes down in $? that a signal killed a child. No process has ever
/// exited with it just because it was killed: wait(2) tells the two apart. POSIX; Node uses it too
/// when it must put a signal into a code.
[[nodiscard]] constexpr int shell_code(int signal) noexcept { return 128 + signal; }

/// Node's own exit codes, and what each says. doc/api/process.md, "Exit codes".
struct NodeCode {
  int code;
  const char* meaning;
};
[[nodiscard]] std::span<const NodeCode> node_exit_codes() noexcept;

/// Writes `text` to stdout at once: one system call, no buffer that an ending could lose or repeat.
/// Errors are ignored: it is for last words. Async-signal-safe.
void say_now(std::string_view text) noexcept;

/// Registers a handler for quick_exit. Errors: not_enough_memory; function_not_supported where
/// the C library has none (macOS; msvcrt, which mingw-w64 uses).
Result<void> at_quick_exit(void (*handler)());

/// Ends the process by C11's quick_exit: only at_quick_exit's handlers run, in reverse order.
/// Returns only to say that there is no such function.
Error quick_exit(int code);

/// Ends as if from outside: kill(2) with SIGKILL, TerminateProcess with code 1. Nothing of this
/// program's runs any more. Node: process.kill(process.pid, "SIGKILL").
[[noreturn]] void kill_self() noexcept;

}  // namespace proclab::process
