// Chapter 1 · quick_exit where the C library lacks it. Compiled, not run.
#include "chapters/ch01_process/ending.h"

namespace proclab::process {

Result<void> at_quick_exit(void (*)()) {
  return make_error("at_quick_exit", std::errc::function_not_supported, "macOS has none");
}

Error quick_exit(int) {
  return make_error("quick_exit", std::errc::function_not_supported, "macOS has none");
}

}  // namespace proclab::process
