// Chapter 6 · sockets: a socket's owner on Windows.
#include <winsock2.h>

#include "chapters/ch06_sockets/socket.h"
#include "chapters/ch06_sockets/socket_win32.h"

namespace proclab::sockets {

Socket::Socket(NativeHandle native) noexcept
    : native_(to_socket(native) == INVALID_SOCKET ? kNoHandle : native) {}

void Socket::close() noexcept {
  if (native_ == kNoHandle) return;
  const DWORD saved = ::GetLastError();
  ::closesocket(to_socket(std::exchange(native_, kNoHandle)));
  ::SetLastError(saved);
}

Result<void> start_sockets() {
  // A failure is remembered, too: nothing would be different a second time.
  static const int failed = [] {
    WSADATA data;
    return ::WSAStartup(MAKEWORD(2, 2), &data);
  }();
  if (failed == 0) return {};
  ::SetLastError(static_cast<DWORD>(failed));
  return last_error("WSAStartup");
}

Result<void> make_private(const Socket& socket) {
  // socket() and accept() make inheritable handles: every child that inherits anything would get it.
  if (!::SetHandleInformation(socket.get(), HANDLE_FLAG_INHERIT, 0)) {
    return last_error("SetHandleInformation");
  }
  return {};
}

}  // namespace proclab::sockets
