// Chapter 1 · usage on macOS: Mach knows the memory, sysctl the start. Compiled, not run.
#include "chapters/ch01_process/usage.h"

#include <mach/mach.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <unistd.h>

namespace proclab::process {

Result<Memory> memory() {
  mach_task_basic_info info{};
  mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
  const kern_return_t rc = ::task_info(::mach_task_self(), MACH_TASK_BASIC_INFO,
                                       reinterpret_cast<task_info_t>(&info), &count);
  if (rc != KERN_SUCCESS) {
    return make_error("task_info", std::errc::io_error, "Mach error " + std::to_string(rc));
  }
  return Memory{info.resident_size, info.resident_size_max, info.virtual_size};
}

Result<UsageOf> usage_of(
    Pid) {  // proc_pidinfo() could, for one's own children; nobody has tried it
  return make_error("usage_of", std::errc::function_not_supported);
}

Result<std::chrono::nanoseconds> uptime() {
  int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, ::getpid()};
  kinfo_proc info{};
  std::size_t size = sizeof info;
  if (::sysctl(name, 4, &info, &size, nullptr, 0) == -1) return last_error("sysctl", "KERN_PROC");
  timeval now{};
  ::gettimeofday(&now, nullptr);  // the start is kept as a wall clock's time: no other will do
  const timeval& start = info.kp_proc.p_starttime;
  return std::chrono::nanoseconds(std::chrono::seconds(now.tv_sec - start.tv_sec) +
                                  std::chrono::microseconds(now.tv_usec - start.tv_usec));
}

}  // namespace proclab::process
