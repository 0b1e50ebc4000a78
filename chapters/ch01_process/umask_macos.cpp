// Chapter 1 · umask on macOS: nothing to read it from. Compiled, not run.
#include "chapters/ch01_process/umask.h"

namespace proclab::process {

Result<std::uint32_t> read_umask() {
  return make_error("read_umask", std::errc::function_not_supported,
                    "POSIX can only swap the mask; see unsafe_read_umask");
}

}  // namespace proclab::process
