// Chapter 9 · daemon: the supervisor's socket. Read notify.h and notify_system.h first.
//
// A datagram socket in the file system, or (Linux) in a name space of its own: each message is one
// datagram, so messages of many daemons do not run into each other; and the kernel tells the
// receiver who sent it (SCM_CREDENTIALS), so no daemon can speak for another.
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "chapters/ch09_daemon/notify_system.h"
#include "chapters/ch09_daemon/unix_socket_posix.h"

namespace proclab::daemon {

std::string take_variable(const char* name) {
  std::string value = variable(name);
  ::unsetenv(name);
  return value;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

Result<Handle> adopt_slot(int number) {
  if (::fcntl(number, F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl", "NOTIFY_FD");
  return Handle(number);
}

Result<Handle> open_notify_socket(const std::string& address) {
  if (address[0] != '/' && address[0] != '@') {
    return make_error("NOTIFY_SOCKET", std::errc::invalid_argument,
                      address + " is neither a path nor an abstract name");
  }
  const Result<UnixAddress> known = unix_address(address);
  if (!known) return known.error();
  return unix_socket(SOCK_DGRAM);
}

//> send-datagram
Result<void> send_datagram(const Handle& socket, const std::string& address,
                           std::string_view text) {
  const Result<UnixAddress> to = unix_address(address);
  if (!to) return to.error();
  // A datagram raises no SIGPIPE. Not connected once and for all: a supervisor that was restarted
  // has a new socket of the old name.
  for (;;) {
    const ssize_t sent = ::sendto(socket.get(), text.data(), text.size(), 0,
                                  reinterpret_cast<const sockaddr*>(&to->name), to->size);
    if (sent == static_cast<ssize_t>(text.size())) return {};
    if (sent != -1) return make_error("sendto", std::errc::message_size, address);
    if (errno != EINTR) return last_error("sendto", address);
  }
}
//< send-datagram

long long monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
}

}  // namespace proclab::daemon
