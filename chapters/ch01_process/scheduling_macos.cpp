// Chapter 1 · scheduling on macOS: threads have a quality of service, and nothing of this kind. Compiled, not run.
#include "chapters/ch01_process/scheduling.h"

namespace proclab::process {

static Error no_policy(const char* call) {
  return make_error(call, std::errc::function_not_supported, "macOS has no policy for wake-ups");
}

Result<void> set_scheduling(Scheduling) { return no_policy("set_scheduling"); }

Result<Scheduling> scheduling() { return no_policy("scheduling"); }

}  // namespace proclab::process
