// Chapter 2 · stdio: a second open description, on macOS. Read open_description_posix.h first.
#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch02_stdio/open_description_posix.h"

namespace proclab::stdio {

Result<Handle> reopen(NativeHandle fd) {
  char path[256];
  if (::ttyname_r(fd, path, sizeof path) != 0) {
    return make_error("reopen", std::errc::not_supported, "macOS can reopen terminals only");
  }
  const int fresh = ::open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (fresh == -1) return last_error("open", path);
  return Handle(fresh);
}

}  // namespace proclab::stdio
