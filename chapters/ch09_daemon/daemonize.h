// Chapter 9 · daemon: the classical way: a process that turns itself into a daemon.
//
// Question: fork, setsid, fork, chdir, umask, close, open: what is each of these for? Every step
// can be left out here, to see what it was good for: demos/01_steps does. Read daemonize_posix.cpp
// next, and launch.h for the way that needs one call. Raw calls met: fork, setsid, chdir, umask,
// dup2, sigaction.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch09_daemon/notify.h"
#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::daemon {

/// The steps after the first fork, in their order, each with what happens without it.
struct Steps {
  bool new_session = true;  ///< setsid: else the terminal's end is the daemon's, by SIGHUP
  bool second_fork =
      true;  ///< else it leads its session, and the first terminal it opens is its own
  std::optional<std::string> directory = "/";  ///< else no one can unmount where it was started
  std::optional<unsigned> umask = 0027;        ///< else its files are as open as its starter's
  bool reset_signals = true;  ///< else what the starter blocked or ignored stays so: SIGTERM even
  bool null_stdio = true;     ///< else who reads the starter's output waits for the daemon's end
  bool close_others = true;   ///< else locks, sockets and pipes of the starter stay open in it
  std::vector<NativeHandle> keep;  ///< what close_others leaves alone
};

/// Forks a daemon that runs `serve`, and returns its pid once it has called Notifier::ready(). The
/// daemon ends by _exit() with what `serve` returns. As after every fork without exec, `serve` may
/// do anything only in a program with one thread (POSIX.1-2017, fork): a program with more calls
/// launch().
///
/// With the second fork the daemon is nobody's child: of one that is killed before it was ready
/// nobody learns how. (launch() does.) Without, it is the caller's child, who should wait for it.
/// After an error nothing of it is left. Errors: the step that failed ("setsid", "chdir", …); its
/// own reason (call "daemon"); timed_out; no_such_process: it ended without a word; fork's.
/// not_supported on Windows, which cannot copy a process: launch() is the way there.
Result<Pid> daemonize(const Steps& steps, const std::function<int(Notifier&)>& serve,
                      Deadline ready_by);

/// Closes every descriptor from `first` up but those in `keep`. In one call (Linux:
/// close_range(2)), or by asking the system which there are; never by trying each number up to the
/// limit, which can be 10⁹.
/// Errors: not_supported on Windows, where a program holds only what it was given.
Result<void> close_from(int first, std::vector<NativeHandle> keep = {});

}  // namespace proclab::daemon
