// Chapter 1 · limits on Windows: not a process's, but a job's.
#include "chapters/ch01_process/limits.h"

namespace proclab::process {

static Error no_limits(const char* call) {
  return make_error(call, std::errc::function_not_supported,
                    "Windows limits a job, not a process: SetInformationJobObject");
}

Result<LimitPair> get_limit(Limit) { return no_limits("get_limit"); }

Result<void> set_limit(Limit, const LimitPair&) { return no_limits("set_limit"); }

}  // namespace proclab::process
