// Chapter 9 · daemon: sockets that somebody else opened.
//
// Question: how can a server be started only when the first client comes, or be replaced without a
// moment in which nobody listens? A supervisor opens the socket and hands it over: three variables
// and descriptors from 3 up. Read next: listeners_posix.cpp. Raw calls met: fcntl, getsockopt,
// accept, execve.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

/// A socket and the name that it was given ("unknown" when it was not).
struct Listener {
  Handle socket;
  std::string name;
};

/// The sockets handed to this very process: LISTEN_PID must be our id, LISTEN_FDS says how many,
/// from descriptor 3 up, LISTEN_FDNAMES names them. None, when LISTEN_PID is absent or another's:
/// then they were meant for a parent of ours. Each becomes close-on-exec and non-blocking, and the
/// variables are removed, whatever comes. Once in a process, before its threads and its first
/// open().
/// Errors: invalid_argument for numbers that are none, and for names that are too few or too many;
/// bad_file_descriptor, not_a_socket for a descriptor that is not what was promised; all that is
/// there is closed then. not_supported on Windows. Source: sd_listen_fds(3).
Result<std::vector<Listener>> inherited_listeners();

/// Becomes `file` (looked for in PATH), with these sockets handed over. Returns only to say why
/// not. It is this process that becomes it, since LISTEN_PID must name it before it runs: a fork
/// would do as well, but between fork and exec nobody may call setenv(). The sockets move to 3, 4,
/// 5…: what was there is closed. Call it in a process that is done, or in a helper that was spawned
/// for it.
/// Errors: execve's; invalid_argument for a name with ':' or a control character; not_supported.
Error exec_with_listeners(const std::string& file, const std::vector<std::string>& args,
                          std::vector<Listener> listeners);

/// Accepts one client, if it is still there, sends it `text` as far as it goes at once, and lets it
/// go. Never waits, never fails: a client's trouble is the client's.
void answer(const Listener& listener, std::string_view text) noexcept;

}  // namespace proclab::daemon
