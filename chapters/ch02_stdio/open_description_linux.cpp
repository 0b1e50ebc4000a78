// Chapter 2 · stdio: a second open description, on Linux. Read open_description_posix.h first.
#include <string>

#include <fcntl.h>

#include "chapters/ch02_stdio/open_description_posix.h"

namespace proclab::stdio {

//> reopen
Result<Handle> reopen(NativeHandle fd) {
  // Not a copy, although it looks like one: open() follows the link to the inode and makes a new
  // description of it. (On macOS and the BSDs, /dev/fd/N is a dup() and shares the old one.)
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const int fresh = ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (fresh == -1) return last_error("open", path);
  return Handle(fresh);
}
//< reopen

}  // namespace proclab::stdio
