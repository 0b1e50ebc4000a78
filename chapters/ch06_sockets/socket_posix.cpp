// Chapter 6 · sockets: a socket's owner on POSIX, where a socket is a descriptor like any other.
#include "chapters/ch06_sockets/socket.h"

#include <cerrno>

#include <unistd.h>

namespace proclab::sockets {

Socket::Socket(NativeHandle native) noexcept : native_(native) {}

void Socket::close() noexcept {
  if (native_ == kNoHandle) return;
  const int saved = errno;
  ::close(std::exchange(native_, kNoHandle));
  errno = saved;
}

Result<void> start_sockets() { return {}; }

}  // namespace proclab::sockets
