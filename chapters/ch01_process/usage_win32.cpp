// Chapter 1 · usage on Windows: one call for the memory, one for every time.
#include "chapters/ch01_process/usage.h"

#include <windows.h>

#include <psapi.h>

#include "platform/handle.h"

namespace proclab::process {
namespace {

/// FILETIME counts 100 ns steps, in two halves that need not be aligned for a 64-bit read.
std::int64_t steps(const FILETIME& time) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(time.dwHighDateTime) << 32 |
                                   time.dwLowDateTime);
}

struct Times {
  FILETIME start, end, kernel, user;
};

Result<Times> times(HANDLE process = ::GetCurrentProcess()) {
  Times all{};
  if (!::GetProcessTimes(process, &all.start, &all.end, &all.kernel, &all.user)) {
    return last_error("GetProcessTimes");
  }
  return all;
}

}  // namespace

Result<CpuTime> cpu_time() {
  const Result<Times> all = times();
  if (!all) return all.error();
  return CpuTime{std::chrono::microseconds(steps(all->user) / 10),
                 std::chrono::microseconds(steps(all->kernel) / 10)};
}

Result<Memory> memory() {
  PROCESS_MEMORY_COUNTERS counters{};
  if (!::GetProcessMemoryInfo(::GetCurrentProcess(), &counters, sizeof counters)) {
    return last_error("GetProcessMemoryInfo");
  }
  MEMORYSTATUSEX space{};
  space.dwLength = sizeof space;
  if (!::GlobalMemoryStatusEx(&space)) return last_error("GlobalMemoryStatusEx");
  return Memory{counters.WorkingSetSize, counters.PeakWorkingSetSize,
                space.ullTotalVirtual - space.ullAvailVirtual};
}

Result<UsageOf> usage_of(Pid process) {
  const Handle opened(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process));
  if (!opened) {
    const Error why = last_error("OpenProcess");  // ERROR_INVALID_PARAMETER: no such number
    const bool gone = why.code.value() == ERROR_INVALID_PARAMETER;
    return gone ? make_error("OpenProcess", std::errc::no_such_process, std::to_string(process))
                : why;
  }
  const Result<Times> all = times(opened.get());
  if (!all) return all.error();
  PROCESS_MEMORY_COUNTERS counters{};
  if (!::GetProcessMemoryInfo(opened.get(), &counters, sizeof counters)) {
    return last_error("GetProcessMemoryInfo");
  }
  return UsageOf{std::chrono::microseconds((steps(all->user) + steps(all->kernel)) / 10),
                 counters.WorkingSetSize};
}

Result<std::chrono::nanoseconds> uptime() {
  const Result<Times> all = times();
  if (!all) return all.error();
  FILETIME now{};
  ::GetSystemTimePreciseAsFileTime(&now);
  return std::chrono::nanoseconds((steps(now) - steps(all->start)) * 100);
}

}  // namespace proclab::process
