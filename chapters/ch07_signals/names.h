// Chapter 7 · signals: names and numbers.
//
// Question: what is signal 10? On Linux SIGUSR1, on macOS SIGBUS, on Windows nothing. A program that
// talks to people says names; only the kernel wants numbers. Read this first, then send.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chapters/ch04_spawn/process.h"
#include "platform/result.h"

namespace proclab::signals {

/// Those whose numbers are the same on every system (POSIX fixes them, kill's page of the shell).
/// Any other: number_of("SIGCHLD"). Windows has no signals; it uses these as names, as Node does.
inline constexpr int kHangup = 1;
using spawn::kInterrupt, spawn::kQuit, spawn::kKill, spawn::kTerminate;

/// Every signal that a program of this system may name, in ascending order. POSIX: all that the
/// kernel has but the two that the C library keeps for itself; Linux with SIGRTMIN to SIGRTMAX.
/// Windows: those to which Node gives a meaning (os.constants.signals).
[[nodiscard]] std::vector<int> all();

/// "SIGTERM". Real-time signals count from the nearer end, as `kill -l` of bash does: "SIGRTMIN+3",
/// "SIGRTMAX-1". Empty for a number that is no signal here.
[[nodiscard]] std::string name_of(int signal);

/// The number that a person means by "SIGTERM", "TERM", "term" or "15", "RTMIN+3", "SIGRTMAX-1"; also
/// the second names SIGIOT, SIGPOLL, SIGCLD where the system has them. Errors: invalid_argument.
[[nodiscard]] Result<int> number_of(std::string_view text);

}  // namespace proclab::signals
