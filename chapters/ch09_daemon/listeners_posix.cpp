// Chapter 9 · daemon: handing sockets over, both sides, on POSIX. Read listeners.h first.
#include "chapters/ch09_daemon/listeners.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch02_stdio/write_signals_posix.h"
#include "chapters/ch09_daemon/notify_system.h"

namespace proclab::daemon {
namespace {

constexpr int kFirst = 3;  // SD_LISTEN_FDS_START

std::optional<int> number_in(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == ':') parts.emplace_back();
    if (c != ':') parts.back() += c;
  }
  return parts;
}

/// The descriptor as it was promised, made harmless: a worker that was slower than another must not
/// hang in accept(), and a child of ours is not to be a listener.
Result<void> check_listener(int fd) {
  int listens = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == -1) {
    return last_error("LISTEN_FDS", "descriptor " + std::to_string(fd));
  }
  if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  if (::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) == -1) return last_error("fcntl");
  return {};
}

}  // namespace

//> inherited
Result<std::vector<Listener>> inherited_listeners() {
  const std::string pid = take_variable("LISTEN_PID");
  const std::string count_text = take_variable("LISTEN_FDS");
  const std::string names_text = take_variable("LISTEN_FDNAMES");
  std::vector<Listener> all;
  if (pid.empty() || count_text.empty()) return all;
  const auto bad = [](const char* name, const std::string& text) {
    return make_error(name, std::errc::invalid_argument, text);
  };
  const std::optional<int> whose = number_in(pid), count = number_in(count_text);
  if (!whose || *whose <= 0) return bad("LISTEN_PID", pid);
  if (*whose != ::getpid()) return all;  // a parent's, which forgot to take them away
  if (!count || *count < 0 || *count > 4096) return bad("LISTEN_FDS", count_text);
  for (int fd = kFirst; fd < kFirst + *count; ++fd) all.push_back({Handle(fd), "unknown"});
  if (!names_text.empty()) {
    const std::vector<std::string> names = split(names_text);
    if (names.size() != all.size()) return bad("LISTEN_FDNAMES", names_text);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].name = names[i];
  }
  for (const Listener& listener : all) {
    if (Result<void> r = check_listener(listener.socket.get()); !r) return r.error();
  }
  return all;
}
//< inherited

namespace {

/// The sockets at 3, 4, 5…, in two passes, as in chapter 4: one that stands where another shall go
/// is lifted out of the way first.
Result<void> place(std::vector<Listener>& listeners) {
  const int above = kFirst + static_cast<int>(listeners.size());
  for (Listener& listener : listeners) {
    const int lifted = ::fcntl(listener.socket.get(), F_DUPFD_CLOEXEC, above);
    if (lifted == -1) return last_error("fcntl");
    listener.socket = Handle(lifted);
  }
  for (int i = 0; i < static_cast<int>(listeners.size()); ++i) {
    if (::dup2(listeners[i].socket.get(), kFirst + i) == -1) return last_error("dup2");
  }
  return {};
}

}  // namespace

//> exec-with-listeners
Error exec_with_listeners(const std::string& file, const std::vector<std::string>& args,
                          std::vector<Listener> listeners) {
  std::string names;
  for (const Listener& listener : listeners) {
    for (const char c : listener.name) {
      if (c == ':' || static_cast<unsigned char>(c) < ' ') {
        return make_error("LISTEN_FDNAMES", std::errc::invalid_argument, listener.name);
      }
    }
    names += (names.empty() ? "" : ":") + listener.name;
  }
  if (Result<void> r = place(listeners); !r) return r.error();
  ::setenv("LISTEN_FDS", std::to_string(listeners.size()).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);  // exec keeps the id
  std::vector<char*> argv{const_cast<char*>(file.c_str())};
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  ::execvp(file.c_str(), argv.data());
  return last_error("execve", file);
}
//< exec-with-listeners

void answer(const Listener& listener, std::string_view text) noexcept {
  const Handle client(::accept(listener.socket.get(), nullptr, nullptr));
  if (!client) return;
  stdio::WriteSignalGuard alive(
      true);  // the client may be gone: no reason for us to die (chapter 2)
  if (::send(client.get(), text.data(), text.size(), MSG_DONTWAIT) == -1) alive.swallow(errno);
}

}  // namespace proclab::daemon
