// Chapter 1 · usage: what has this process cost so far, in memory and in time?
//
// Raw calls met: getrusage, /proc/self/statm, clock_gettime; GetProcessMemoryInfo, GetProcessTimes.
#pragma once

#include <chrono>
#include <cstdint>

#include "platform/clock.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::process {

/// In bytes.
struct Memory {
  /// Pages of this process that are in RAM now: the resident set. It counts pages which it shares
  /// with others (the C library's code, a forked child's untouched memory) in full, in each of
  /// them; so the sum over processes says too much. And it misses what was swapped out.
  std::uint64_t resident = 0;
  /// The most that `resident` ever was.
  std::uint64_t peak_resident = 0;
  /// Address space in use: reserved is enough, no page need exist. A number that costs nothing.
  std::uint64_t address_space = 0;
};

/// Linux: /proc/self/status, whose counters may lag by some dozen pages a thread or core (proc(5);
/// smaps_rollup is exact). Windows: WorkingSetSize, PeakWorkingSetSize, and the used part of what
/// GlobalMemoryStatusEx counts. macOS: task_info. Node: process.memoryUsage().
[[nodiscard]] Result<Memory> memory();

/// CPU time of all threads of this process, without its children. `user` in its own code, `system`
/// in the kernel for it. More than the time on the wall when several threads ran.
struct CpuTime {
  std::chrono::microseconds user{};
  std::chrono::microseconds system{};
};

/// getrusage(2) with RUSAGE_SELF, GetProcessTimes; Node: process.cpuUsage(). The grain is the
/// system's: a scheduler tick on some, 100 ns or finer on others; a short process may read 0.
[[nodiscard]] Result<CpuTime> cpu_time();

/// What another process has cost.
struct UsageOf {
  std::chrono::microseconds cpu{};  ///< user and system together, of all its threads
  std::uint64_t resident = 0;       ///< bytes: Memory::resident
};

/// Of a process that this one may look at; a number that was reused is another's. Grain of the CPU time on Linux:
/// 10 ms. Errors: no_such_process: it is gone; permission_denied; function_not_supported (macOS).
/// Linux: /proc/PID/stat; Windows: OpenProcess, GetProcessTimes, GetProcessMemoryInfo.
[[nodiscard]] Result<UsageOf> usage_of(Pid process);

/// Nanoseconds that only go forward, since an unstated moment: differences are what counts. Not
/// disturbed when somebody sets the clock. Stands still while Linux is suspended.
/// CLOCK_MONOTONIC, QueryPerformanceCounter; Node: process.hrtime.bigint().
[[nodiscard]] inline std::chrono::nanoseconds hrtime() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch());
}

/// How long this process has lived, for the system: since fork, not since main. Grain: Linux
/// 1/sysconf(_SC_CLK_TCK), that is 10 ms, and time suspended counts; Windows 100 ns of a wall clock
/// which somebody may set. Node: process.uptime(), which counts from Node's own start instead.
[[nodiscard]] Result<std::chrono::nanoseconds> uptime();

}  // namespace proclab::process
