// Chapter 1 · umask on Linux: the kernel writes it down where it can be read.
#include "chapters/ch01_process/proc_linux.h"
#include "chapters/ch01_process/umask.h"

namespace proclab::process {

//> read-umask
Result<std::uint32_t> read_umask() {
  const Result<std::string> status = read_proc("/proc/self/status");
  if (!status) return status.error();
  const Result<std::string> octal = status_value(*status, "Umask");
  if (!octal) return octal.error();
  const Result<std::uint64_t> mask = to_number(*octal, 8);
  if (!mask) return mask.error();
  return static_cast<std::uint32_t>(*mask);
}
//< read-umask

}  // namespace proclab::process
