// Chapter 9 · daemon: sockets from somebody else, on Windows: there is no such agreement. A socket
// is given to one known process by WSADuplicateSocketW (chapter 6), through a channel of its own.
#include "chapters/ch09_daemon/listeners.h"

namespace proclab::daemon {

Result<std::vector<Listener>> inherited_listeners() {
  return make_error("LISTEN_FDS", std::errc::not_supported, "Windows has no such agreement");
}

Error exec_with_listeners(const std::string&, const std::vector<std::string>&,
                          std::vector<Listener>) {
  return make_error("LISTEN_FDS", std::errc::not_supported, "Windows has no such agreement");
}

void answer(const Listener&, std::string_view) noexcept {}

}  // namespace proclab::daemon
