// Chapter 6 · sockets: a server on this machine that clients find by name, on Windows. Read local.h first.
//
// A pipe's name goes when its last end is closed, so there is no stale file. But each client needs an end
// of its own to be waiting: a server always keeps one more than it has clients.
// Meets: CreateNamedPipeW, ConnectNamedPipe, DisconnectNamedPipe.
#include "chapters/ch06_sockets/local.h"

#include <windows.h>

#include "chapters/ch06_sockets/overlapped_win32.h"
#include "chapters/ch06_sockets/pipe_win32.h"
#include "platform/text.h"
#include "platform/win32/wide.h"

namespace proclab::sockets {
namespace {

Error bad(std::errc why, std::string detail) { return make_error("name", why, std::move(detail)); }

Result<std::wstring> checked(const std::string& name) {
  if (name.empty()) return bad(std::errc::invalid_argument, "an empty name");
  if (name[0] == '\0') return bad(std::errc::not_supported, "only Linux has abstract names");
  if (has_nul(name)) return bad(std::errc::invalid_argument, "a NUL in the name");
  if (name.rfind("\\\\.\\pipe\\", 0) != 0 && name.rfind("\\\\?\\pipe\\", 0) != 0) {
    return bad(std::errc::invalid_argument, name + " does not begin with \\\\.\\pipe\\");
  }
  if (name.size() > longest_name()) {
    return bad(std::errc::filename_too_long, std::to_string(name.size()) + " bytes, and at most " +
                                                 std::to_string(longest_name()) + " are allowed");
  }
  return to_wide(name);
}

}  // namespace

std::size_t longest_name() { return 256; }

std::string shown(const std::string& name) { return name; }

Result<LocalListener> LocalListener::open(const std::string& name, const ListenOptions& options) {
  const Result<std::wstring> wide = checked(name);
  if (!wide) return wide.error();
  if (options.mode != 0600) {
    return make_error("mode", std::errc::not_supported, "a pipe is this user's alone");
  }
  Result<Handle> first = make_pipe(*wide, {.kind = options.kind, .first = true});
  if (!first) return first.error();
  LocalListener listener;
  listener.handle_ = std::move(*first);
  listener.name_ = name;
  listener.options_ = options;
  return listener;
}

//> accept
Result<Handle> LocalListener::accept(Deadline until) {
  for (;;) {
    UnderWay connect;
    if (!connect) return last_error("CreateEventW");
    const BOOL started = ::ConnectNamedPipe(native(), connect.get());
    const DWORD why = started ? ERROR_SUCCESS : ::GetLastError();
    if (why == ERROR_NO_DATA) {  // a client came and went before we looked: make the end new
      ::DisconnectNamedPipe(native());
      continue;
    }
    if (why != ERROR_PIPE_CONNECTED) {  // that one came before we looked, and is there
      ::SetLastError(why);
      const auto done = connect.finish(native(), started, "ConnectNamedPipe", until);
      if (!done) return done.error();
    }
    // The next end before this one is given away: a client that finds none thinks that we are gone.
    Result<Handle> next = make_pipe(*to_wide(name_), {.kind = options_.kind, .first = false});
    if (!next) return next.error();
    return std::exchange(handle_, std::move(*next));
  }
}
//< accept

LocalListener& LocalListener::operator=(LocalListener&& other) noexcept {
  if (this == &other) return *this;
  handle_ = std::move(other.handle_);
  name_ = std::move(other.name_);
  options_ = other.options_;
  return *this;
}

void LocalListener::close() noexcept { handle_.close(); }

Result<Handle> connect_local(const std::string& name, Kind kind, Deadline until) {
  const Result<std::wstring> wide = checked(name);
  if (!wide) return wide.error();
  if (kind == Kind::datagram) {
    return make_error("kind", std::errc::not_supported, "Windows has no local datagrams");
  }
  return open_pipe(*wide, kind, until);
}

}  // namespace proclab::sockets
