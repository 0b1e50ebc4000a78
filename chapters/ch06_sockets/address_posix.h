// Chapter 6 · sockets: a name as the kernel wants it. For this chapter's POSIX files.
#pragma once

#include <cstddef>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "chapters/ch06_sockets/tcp.h"
#include "platform/result.h"

namespace proclab::sockets {

/// A sockaddr_un, checked.
class Address {
 public:
  /// The kernel would take a path that fills sun_path without a NUL; few who read it would.
  static constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;

  /// Errors: see LocalListener::open().
  static Result<Address> of(const std::string& name);

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] bool is_abstract() const { return address_.sun_path[0] == '\0'; }
  [[nodiscard]] const char* path() const { return address_.sun_path; }

 private:
  sockaddr_un address_{};
  socklen_t size_ = 0;
};

/// The same for a network address.
struct InternetName {
  sockaddr_storage bytes{};
  socklen_t size = sizeof bytes;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
};
/// `type`: SOCK_STREAM, SOCK_DGRAM. An empty host is "::". Errors: invalid_argument: no numeric address.
Result<InternetName> resolve(const TcpAddress& address, int type);

/// SO_SNDTIMEO, which on Linux also limits a connect(). 0: no limit.
void limit_sends(int fd, int milliseconds) noexcept;

}  // namespace proclab::sockets
