// Chapter 1 · umask on POSIX: a call that can only be asked by answering it.
#include "chapters/ch01_process/umask.h"

#include <sys/stat.h>

namespace proclab::process {

Result<std::uint32_t> set_umask(std::uint32_t mask) {
  if ((mask & ~0777U) != 0) {
    return make_error("umask", std::errc::invalid_argument, "bits outside 0777");
  }
  return static_cast<std::uint32_t>(::umask(static_cast<mode_t>(mask)));
}

//> unsafe-umask
Result<std::uint32_t> unsafe_read_umask() {
  const mode_t mask = ::umask(0);  // UNSAFE: from here on every thread's new files are 0666
  ::umask(mask);                   // … until here
  return static_cast<std::uint32_t>(mask);
}
//< unsafe-umask

}  // namespace proclab::process
