// Chapter 9 · daemon: a daemon, whole: a clock that writes the time into its log, once a second.
//
// Question: in which order are all these parts put together? Read everything else first; this is
// where it meets. The command around it is demos/07_daemon.cpp.
#pragma once

#include <string>

namespace proclab::daemon {

struct ClockOptions {
  std::string pidfile;
  std::string log;  ///< empty: none
};

/// Runs the clock in this process, in the foreground, until it is asked to stop. Whoever starts it
/// decides what foreground means: launch() puts it behind everything, a supervisor keeps it as its
/// child. Tells a Notifier how it is. Each client of a listening socket that was handed over gets
/// the time. Returns the program's exit code, as exit_code_of() gives it for an error.
int run_clock(const ClockOptions& options);

}  // namespace proclab::daemon
