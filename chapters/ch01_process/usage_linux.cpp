// Chapter 1 · usage on Linux: what the kernel writes into /proc about this process.
#include "chapters/ch01_process/proc_linux.h"
#include "chapters/ch01_process/usage.h"

#include <ctime>

#include <unistd.h>

namespace proclab::process {

//> memory
Result<Memory> memory() {
  const Result<std::string> status = read_proc("/proc/self/status");
  if (!status) return status.error();
  const auto bytes = [&](const char* key) -> Result<std::uint64_t> {
    const Result<std::string> text = status_value(*status, key);
    if (!text) return text.error();
    const Result<std::uint64_t> kilobytes = to_number(*text);  // "1704 kB": kibibytes, in truth
    if (!kilobytes) return kilobytes.error();
    return *kilobytes * 1024;
  };
  const Result<std::uint64_t> resident = bytes("VmRSS");
  if (!resident) return resident.error();
  // Not getrusage's ru_maxrss: that one survives execve(2), so a small program started by a big one
  // would claim the big one's peak. VmHWM belongs to the memory, and is new with it.
  const Result<std::uint64_t> peak = bytes("VmHWM");
  if (!peak) return peak.error();
  const Result<std::uint64_t> space = bytes("VmSize");
  if (!space) return space.error();
  return Memory{*resident, *peak, *space};
}
//< memory

//> usage-of
Result<UsageOf> usage_of(Pid process) {
  const std::string path = "/proc/" + std::to_string(process) + "/stat";
  const Result<std::string> line = read_proc(path.c_str());
  const std::vector<std::string> fields = line ? stat_fields(*line) : std::vector<std::string>{};
  if (fields.size() <= 24) {  // no such file; or no such process by the time it is read
    return make_error("usage_of", std::errc::no_such_process, std::to_string(process));
  }
  const Result<std::uint64_t> user = to_number(fields[14]), system = to_number(fields[15]),
                              pages = to_number(fields[24]);
  for (const auto* one : {&user, &system, &pages}) {
    if (!*one) return one->error();
  }
  const auto tick = std::chrono::microseconds(1'000'000 / ::sysconf(_SC_CLK_TCK));
  return UsageOf{tick * static_cast<std::int64_t>(*user + *system),
                 *pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
}
//< usage-of

//> uptime
Result<std::chrono::nanoseconds> uptime() {
  const Result<std::string> line = read_proc("/proc/self/stat");
  if (!line) return line.error();
  const std::vector<std::string> fields = stat_fields(*line);
  if (fields.size() <= 22) {
    return make_error("uptime", std::errc::invalid_argument, "/proc/self/stat is too short");
  }
  const Result<std::uint64_t> start = to_number(fields[22]);  // in clock ticks since boot
  if (!start) return start.error();
  // "Since boot" counts suspended time, which CLOCK_MONOTONIC does not: the wrong clock would make
  // a laptop's processes younger than they are, or of negative age.
  timespec now{};
  if (::clock_gettime(CLOCK_BOOTTIME, &now) == -1) return last_error("clock_gettime");
  const auto tick = std::chrono::nanoseconds(1'000'000'000 / ::sysconf(_SC_CLK_TCK));
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec) -
         tick * static_cast<std::int64_t>(*start);
}
//< uptime

}  // namespace proclab::process
