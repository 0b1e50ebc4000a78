// Chapter 1 · identity on macOS: what is not done here. Compiled, not run.
#include "chapters/ch01_process/identity.h"

namespace proclab::process {

Result<std::vector<std::string>> system_arguments() {
  return make_error("system_arguments", std::errc::function_not_supported,
                    "macOS has sysctl KERN_PROCARGS2 for it, which this course does not teach");
}

}  // namespace proclab::process
