// Chapter 1 · limits: how much of each thing may this process use?
//
// Raw calls met: getrlimit, setrlimit.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "platform/result.h"

namespace proclab::process {

/// What can be limited, and what happens at the limit (getrlimit(2)).
enum class Limit {
  address_space,  ///< bytes: mmap, brk and with them new fail
  core_size,      ///< bytes of a core file; 0: none is written
  cpu_seconds,    ///< seconds of CPU: SIGXCPU at the soft, SIGKILL at the hard limit
  data_size,      ///< bytes of heap and writable data
  file_size,      ///< bytes a file may grow to: SIGXFSZ, or EFBIG when that is ignored
  open_files,     ///< one more than the highest descriptor: EMFILE
  processes,      ///< processes *of the user*, not of this process: fork fails with EAGAIN
  stack_size,     ///< bytes of the main thread's stack: SIGSEGV
};

inline constexpr std::array kAllLimits = {
    Limit::address_space, Limit::core_size,  Limit::cpu_seconds, Limit::data_size,
    Limit::file_size,     Limit::open_files, Limit::processes,   Limit::stack_size};

/// The soft limit is what counts. The hard one is how far the process itself may raise the soft:
/// anybody may lower it, only the privileged may raise it again. Nothing: no limit.
struct LimitPair {
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;
  friend bool operator==(const LimitPair&, const LimitPair&) = default;
};

/// "open files": for a person.
[[nodiscard]] const char* limit_name(Limit limit);

/// getrlimit(2). Node has no call for it; `ulimit` is the shell's.
/// Windows: errc::function_not_supported, there a job is limited (chapters 8 and 14).
[[nodiscard]] Result<LimitPair> get_limit(Limit limit);

/// Sets both, for this process and the children it starts later. Errors: invalid_argument (soft
/// above hard; a number too big), operation_not_permitted (to raise the hard one). setrlimit(2).
/// Threads: the whole process. Windows: as get_limit.
Result<void> set_limit(Limit limit, const LimitPair& pair);

}  // namespace proclab::process
