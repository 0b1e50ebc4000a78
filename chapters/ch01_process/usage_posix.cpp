// Chapter 1 · usage on POSIX.
#include "chapters/ch01_process/usage.h"

#include <sys/resource.h>

namespace proclab::process {

static std::chrono::microseconds to_microseconds(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

Result<CpuTime> cpu_time() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == -1) return last_error("getrusage");
  return CpuTime{to_microseconds(usage.ru_utime), to_microseconds(usage.ru_stime)};
}

}  // namespace proclab::process
