// platform · Handle on POSIX: close(2).
#include "platform/handle.h"

#include <cerrno>

#include <unistd.h>

namespace proclab {

Handle::Handle(NativeHandle native) noexcept : native_(native) {}

void Handle::close() noexcept {
  if (native_ == kNoHandle) return;
  const int saved = errno;  // a destructor runs between a failed call and the look at its errno
  ::close(std::exchange(native_, kNoHandle));
  errno = saved;
}

}  // namespace proclab
