// Chapter 9 · daemon: closing what was inherited. Read daemonize.h first.
#include <algorithm>
#include <cstdlib>
#include <limits>

#include <dirent.h>
#include <unistd.h>

#include "chapters/ch09_daemon/daemonize.h"
#include "chapters/ch09_daemon/descriptors_posix.h"

namespace proclab::daemon {

//> close-listed
bool close_listed(unsigned first, unsigned last) noexcept {
  DIR* const list = ::opendir("/dev/fd");  // Linux: a link to /proc/self/fd
  if (list == nullptr) return false;
  // To close while one reads may make the list skip some: so once more, until there is nothing to
  // close.
  for (bool closed = true; closed;) {
    closed = false;
    ::rewinddir(list);
    while (const dirent* entry = ::readdir(list)) {
      const long fd = std::strtol(entry->d_name, nullptr, 10);
      if (entry->d_name[0] == '.' || fd == ::dirfd(list)) continue;
      if (fd < static_cast<long>(first) || fd > static_cast<long>(last)) continue;
      closed = ::close(static_cast<int>(fd)) == 0 || closed;
    }
  }
  ::closedir(list);
  return true;
}
//< close-listed

//> close-from
Result<void> close_from(int first, std::vector<NativeHandle> keep) {
  std::sort(keep.begin(), keep.end());
  keep.push_back(std::numeric_limits<int>::max());
  unsigned from = static_cast<unsigned>(first);
  for (const NativeHandle kept : keep) {
    if (kept < 0 || static_cast<unsigned>(kept) < from) continue;
    const unsigned last = static_cast<unsigned>(kept) - 1;
    if (from <= last && !close_in_one_call(from, last) && !close_listed(from, last)) {
      return last_error("close_range");
    }
    from = static_cast<unsigned>(kept) + 1;
  }
  return {};
}
//< close-from

}  // namespace proclab::daemon
