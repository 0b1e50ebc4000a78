// Chapter 9 · daemon: telling whoever waits for it how a daemon is.
//
// Question: "started" and "serves" are two moments; who tells the second? The daemon itself, in
// lines of NAME=value: to a supervisor's socket (sd_notify(3)), or, with no supervisor, into a pipe
// that its starter left open for it (launch.h). One language, two ways. Read next: notify.cpp.
// Raw calls met: socket, sendto; write.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

/// The daemon's side. Moves, never copies; one thread at a time.
///
/// Each function returns an error when the message could not be sent; a daemon does well to go on
/// then: it may be that its supervisor is being replaced. With nobody to tell, all succeed and do
/// nothing.
class Notifier {
 public:
  /// Nobody to tell.
  Notifier() = default;
  /// Tells whoever reads the pipe `pipe`, which it then owns.
  explicit Notifier(Handle pipe) noexcept : pipe_(std::move(pipe)) {}

  /// Whom this process was told to tell: NOTIFY_SOCKET, a path or (Linux) an abstract name after an
  /// '@'; and NOTIFY_FD, a descriptor's number, as launch() sets it. Removes both from the
  /// environment and keeps the descriptor from children, or they would speak in our name. Call it
  /// before threads start.
  /// Errors: invalid_argument for another kind of address or number; filename_too_long (107 bytes;
  /// macOS 103); bad_file_descriptor; not_supported for NOTIFY_SOCKET on Windows. Source:
  /// sd_notify(3).
  static Result<Notifier> from_environment();

  /// READY=1: it serves. A starter's pipe is closed with this; the socket hears on.
  Result<void> ready(std::string_view status = {});
  /// RELOADING=1, with the time (CLOCK_MONOTONIC) that systemd wants there. Then ready() once more.
  Result<void> reloading();
  /// STOPPING=1: what follows is meant to be an end.
  Result<void> stopping();
  /// STATUS=: a line for a person. Line ends in it become blanks: they would begin another message.
  Result<void> status(std::string_view text);
  /// STATUS= and ERRNO=: why it does not serve. A starter's pipe is closed with this.
  Result<void> failed(const Error& why);
  /// MAINPID=: this one is the daemon, if it is not the process that was started.
  Result<void> main_pid(Pid pid);
  /// WATCHDOG=1: still alive. To be sent at least every watchdog_interval(), better every half.
  Result<void> watchdog();
  /// Any lines, "A=1\nB=2".
  Result<void> send(std::string_view lines);

  /// How often somebody wants to hear of us: WATCHDOG_USEC, if WATCHDOG_PID is absent or ours.
  /// nullopt: never, or the numbers are none. Leaves the variables as they are.
  /// sd_watchdog_enabled(3)
  static std::optional<std::chrono::microseconds> watchdog_interval();

 private:
  Handle pipe_;          // to a starter; closed once it knows
  Handle socket_;        // to a supervisor
  std::string address_;  // its socket's, as the environment had it
};

}  // namespace proclab::daemon
