// Chapter 9 · daemon: an address for a Unix-domain socket.
#include "chapters/ch09_daemon/unix_socket_posix.h"

#include <cstddef>
#include <cstring>

#include "platform/text.h"

namespace proclab::daemon {

Result<UnixAddress> unix_address(const std::string& text) {
  UnixAddress address{};
  address.name.sun_family = AF_UNIX;
  if (has_nul(text) || text.empty()) {
    return make_error("address", std::errc::invalid_argument, "empty, or a NUL inside");
  }
  // A path needs room for its NUL; some systems do without, and others then read on behind it.
  if (text.size() >= sizeof address.name.sun_path) {
    return make_error("address", std::errc::filename_too_long,
                      text + ": at most " + std::to_string(sizeof address.name.sun_path - 1));
  }
  std::memcpy(address.name.sun_path, text.data(), text.size());
  std::size_t size = offsetof(sockaddr_un, sun_path) + text.size() + 1;
  if (text[0] == '@') {
    if (!kAbstractNames) {
      return make_error("address", std::errc::not_supported, text + ": only Linux has such names");
    }
    address.name.sun_path[0] = '\0';
    --size;  // here a NUL at the end would be a part of the name
  }
  address.size = static_cast<socklen_t>(size);
  return address;
}

}  // namespace proclab::daemon
