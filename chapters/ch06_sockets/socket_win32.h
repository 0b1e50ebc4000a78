// Chapter 6 · sockets: between NativeHandle and SOCKET. For this chapter's Windows files.
#pragma once

#include <winsock2.h>

#include "chapters/ch06_sockets/socket.h"

namespace proclab::sockets {

/// A SOCKET is a handle in an integer's clothes.
[[nodiscard]] inline SOCKET to_socket(NativeHandle native) noexcept {
  return reinterpret_cast<SOCKET>(native);
}
[[nodiscard]] inline NativeHandle to_native(SOCKET socket) noexcept {
  return reinterpret_cast<NativeHandle>(socket);
}

/// Takes the right to be inherited away.
Result<void> make_private(const Socket& socket);

}  // namespace proclab::sockets
