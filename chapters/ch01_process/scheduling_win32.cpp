// Chapter 1 · scheduling on Windows: a thread whose wait ends is lifted above its equals for a moment, or is not.
#include "chapters/ch01_process/scheduling.h"

#include <windows.h>

namespace proclab::process {

Result<void> set_scheduling(Scheduling how) {
  const BOOL no_boost = how == Scheduling::batch;
  if (!::SetProcessPriorityBoost(::GetCurrentProcess(), no_boost)) {
    return last_error("SetProcessPriorityBoost");
  }
  return {};
}

Result<Scheduling> scheduling() {
  BOOL no_boost = FALSE;
  if (!::GetProcessPriorityBoost(::GetCurrentProcess(), &no_boost)) {
    return last_error("GetProcessPriorityBoost");
  }
  return no_boost ? Scheduling::batch : Scheduling::normal;
}

}  // namespace proclab::process
