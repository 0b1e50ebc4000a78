// Chapter 1 · quick_exit where the C library has it: glibc, musl.
#include "chapters/ch01_process/ending.h"

#include <cstdlib>

namespace proclab::process {

Result<void> at_quick_exit(void (*handler)()) {
  if (::at_quick_exit(handler) != 0) {
    return make_error("at_quick_exit", std::errc::not_enough_memory);
  }
  return {};
}

Error quick_exit(int code) { ::quick_exit(code); }

}  // namespace proclab::process
