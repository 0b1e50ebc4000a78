// platform · self_path on Linux: the link that the kernel keeps for each process.
#include "platform/self.h"

#include <unistd.h>

namespace proclab {

Result<std::string> self_path() {
  std::string path(256, '\0');
  for (;;) {
    const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size == -1) return last_error("readlink", "/proc/self/exe");
    if (static_cast<std::size_t>(size) < path.size()) return path.substr(0, size);
    path.resize(path.size() * 2);  // readlink cuts without a word: a full buffer may be a cut one
  }
}

}  // namespace proclab
