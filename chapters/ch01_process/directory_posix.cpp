// Chapter 1 · directory on POSIX.
#include "chapters/ch01_process/directory.h"

#include <cerrno>

#include <unistd.h>

#include "platform/text.h"

namespace proclab::process {

Result<std::string> current_directory() {
  std::string path(256, '\0');
  // PATH_MAX bounds what one call takes, not how deep a directory may lie: grow until it fits.
  while (::getcwd(path.data(), path.size()) == nullptr) {
    if (errno != ERANGE) return last_error("getcwd");
    path.resize(path.size() * 2);
  }
  path.resize(path.find('\0'));
  return path;
}

Result<void> change_directory(const std::string& path) {
  if (has_nul(path)) return make_error("chdir", std::errc::invalid_argument, "NUL in the path");
  if (::chdir(path.c_str()) == -1) return last_error("chdir", path);
  return {};
}

}  // namespace proclab::process
