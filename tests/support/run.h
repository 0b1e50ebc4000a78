// tests/support · run: start a program, feed it, drain it, and bury it, within a deadline.
//
// On raw calls of its own rather than on chapter 4: a test must not trust the code it tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/clock.h"
#include "platform/native.h"

namespace proclab::test {

struct RunOptions {
  std::string input;                                     ///< fed to the child's stdin, then closed
  std::vector<std::pair<std::string, std::string>> env;  ///< added to this process's environment
  std::string cwd;                                       ///< empty: this process's
  Milliseconds deadline{20'000};                         ///< after it: the child is killed
  /// Handles that the child gets too, under the same number: `probe gate N` needs N. Stay owned by
  /// the caller.
  std::vector<NativeHandle> inherit;
};

/// How a program went.
struct Ran {
  std::string out;         ///< all of its stdout
  std::string err;         ///< all of its stderr
  int code = -1;           ///< exit code, or -1 when it did not exit by itself
  int signal = 0;          ///< the signal that killed it (POSIX), or 0
  bool timed_out = false;  ///< the deadline passed; the child was killed and `err` says what it was
};

/// Runs argv[0] (a path, not searched) with all of stdin, stdout and stderr piped. Waits for the
/// child itself, never only for the end of a pipe that a grandchild may hold. A program that cannot
/// be started gives code 127 and the reason in `err`.
///
/// The child is alone in a new process group (POSIX) or job (Windows), so that a deadline takes its
/// own children along. On POSIX it starts with an empty signal mask and default dispositions,
/// whatever the test's own are; descriptors without close-on-exec go along, as ever. Threads: any number may run programs at once.
[[nodiscard]] Ran run(const std::vector<std::string>& argv, const RunOptions& options = {});

/// The path of a program this build made: program("probe"), program("ch04_exec").
[[nodiscard]] std::string program(const std::string& name);

/// `text` with "\r\n" turned into "\n": what a Windows program's text mode wrote.
[[nodiscard]] std::string unix_lines(std::string text);

}  // namespace proclab::test
