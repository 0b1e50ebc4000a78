// Chapter 6 · sockets: who owns a socket.
//
// Question: is a socket a descriptor like any other? On POSIX it is. On Windows it is a handle, too, but
// one that CloseHandle() must not close. Read next: pair.h.
// Raw calls met: close; closesocket, WSAStartup.
#pragma once

#include <utility>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

/// Owns one network socket and closes it at the end: Handle's twin, because Windows wants closesocket()
/// here, which also tells the socket's layers above the kernel. Moves, never copies; one thread at a
/// time. The ends of pair() and of local.h are Handles on both systems: there they are named pipes.
class Socket {
 public:
  Socket() = default;
  /// Takes ownership. Windows: a SOCKET, cast; INVALID_SOCKET makes an empty one, as kNoHandle does.
  explicit Socket(NativeHandle native) noexcept;
  Socket(Socket&& other) noexcept : native_(std::exchange(other.native_, kNoHandle)) {}
  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) {
      close();
      native_ = std::exchange(other.native_, kNoHandle);
    }
    return *this;
  }
  ~Socket() { close(); }

  /// The socket, still owned by this object; kNoHandle when empty. What io.h's functions take.
  [[nodiscard]] NativeHandle get() const noexcept { return native_; }
  [[nodiscard]] explicit operator bool() const noexcept { return native_ != kNoHandle; }
  /// Gives ownership to the caller.
  [[nodiscard]] NativeHandle release() noexcept { return std::exchange(native_, kNoHandle); }
  /// Closes now, and never fails. errno and GetLastError() stay.
  void close() noexcept;

 private:
  NativeHandle native_ = kNoHandle;
};

/// Windows: loads Winsock (WSAStartup), once; it is unloaded with the process. Every function of this
/// chapter that needs it calls it by itself; call it before socket calls of your own. POSIX: nothing.
Result<void> start_sockets();

}  // namespace proclab::sockets
