// platform · self_path on macOS: the dynamic loader knows. Compiled, not run.
#include "platform/self.h"

#include <mach-o/dyld.h>

namespace proclab {

Result<std::string> self_path() {
  std::uint32_t size = 0;
  ::_NSGetExecutablePath(nullptr, &size);  // asks for the size
  std::string path(size, '\0');
  if (::_NSGetExecutablePath(path.data(), &size) != 0) return last_error("_NSGetExecutablePath");
  path.resize(path.find('\0'));
  return path;
}

}  // namespace proclab
