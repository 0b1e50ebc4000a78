// Chapter 1 · umask on Windows: there is none.
#include "chapters/ch01_process/umask.h"

namespace proclab::process {

static Error no_umask(const char* call) {
  return make_error(call, std::errc::function_not_supported,
                    "Windows has no umask: a new file takes its folder's access list");
}

Result<std::uint32_t> set_umask(std::uint32_t) { return no_umask("set_umask"); }

Result<std::uint32_t> unsafe_read_umask() { return no_umask("unsafe_read_umask"); }

Result<std::uint32_t> read_umask() { return no_umask("read_umask"); }

}  // namespace proclab::process
