// Chapter 9 · daemon: what one asks of a daemon that runs: stop, read your files anew.
//
// Question: a pid in a file is only a number; how does one signal the daemon and never a stranger?
// Get a grip on the process first, then make sure that it is the one, and only then act, through
// the grip. Read pidfile.h before. Raw calls met: pidfd_open, pidfd_send_signal, poll; OpenProcess,
// SetEvent.
#pragma once

#include <optional>
#include <string>

#include "chapters/ch09_daemon/pidfile.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

/// What a daemon may be asked. POSIX: SIGTERM and SIGHUP. Windows: an event for each.
enum class Request { stop, reload };

/// A grip on the process that holds a pidfile: what is done through it reaches that process or
/// nobody.
class Holder {
 public:
  /// nullopt: nobody holds the file. Errors: what look_at() says; no_such_process: it is held, but
  /// its holder cannot be told (Standing::pid); permission_denied: another user's (Windows).
  static Result<std::optional<Holder>> find(const std::string& pidfile);

  [[nodiscard]] Pid pid() const { return pid_; }
  /// Errors: no_such_process: it has ended meanwhile; operation_not_permitted: it is another
  /// user's.
  Result<void> ask(Request request);
  /// Ends it at once: SIGKILL, TerminateProcess. Errors: as ask().
  Result<void> kill();
  /// Waits until it has ended. False: the deadline passed first.
  Result<bool> wait_gone(Deadline deadline) const;

 private:
  Holder(Pid pid, Handle process) : pid_(pid), process_(std::move(process)) {}

  Pid pid_;
  Handle process_;  // a pidfd; Windows: a process handle. macOS has neither: empty
};

/// How stop() went.
enum class Stopped { was_not_running, by_itself, killed };

/// Asks the holder to stop, gives it `grace`, then kills it. On return it has ended, nobody holds
/// the file, and there is none: what a killed daemon left behind is removed, under the lock. (That
/// is a moment in which a start would find it held.)
/// Errors: Holder's and PidFile::take()'s; device_or_resource_busy: it has ended, but a child of
/// its own still holds the file, or another daemon has just taken it.
Result<Stopped> stop(const std::string& pidfile, Milliseconds grace);

}  // namespace proclab::daemon
