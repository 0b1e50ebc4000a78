// Chapter 12 · child_process: run a program to its end, and have all that it said.
//
// Question: what a shell's $(…) does needs a bound: how much may it say, how long may it take, and
// what is dead when it took too long? Read before: child_process.h. Then exec.cpp. Node: exec,
// execFile.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch12_child_process/child_process.h"
#include "chapters/ch12_child_process/shell.h"

namespace proclab::child_process {

enum class Encoding {
  utf8,   ///< what is no UTF-8 becomes U+FFFD; what is cut is cut between characters
  bytes,  ///< as they came
};

inline constexpr std::size_t kMaxBuffer = std::size_t{1} << 20;

struct ExecOptions {
  Options child;
  /// Bytes of output and of errors, each, that are kept. Just so many are fine. One more: it is
  /// cut, the child is killed, and the error says no_buffer_space.
  std::size_t max_buffer = kMaxBuffer;
  Encoding encoding = Encoding::utf8;
};

/// How it went.
struct ExecResult {
  std::string output, errors;
  std::optional<ExitStatus> status;  ///< nullopt: it never started
  /// Why it came to no good end of its own: Events::error; timed_out; no_buffer_space;
  /// operation_canceled. An exit code is no error here: see success().
  std::optional<Error> error;
  bool killed = false;  ///< by us
  std::optional<Pid> pid;
  std::string command;  ///< what was asked for

  [[nodiscard]] bool success() const { return !error && status && status->success(); }
  /// "", or for a person: "Command failed: false (exit 1)".
  [[nodiscard]] std::string text() const;
};
using OnExec = std::function<void(const ExecResult&)>;

/// Runs `command` by a shell (Options::shell, or the system's). UNSAFE with text that others wrote,
/// unless quote() has made it one word. `done` is told after `close`, once. A timeout, an abort or
/// too much output end the shell *and what it has started*, and what lies in the pipes then is the
/// output: nobody who holds them can delay it further. Errors: as spawn(); then `done` is not
/// called.
Result<ChildProcess> exec(loop::Loop& loop, const std::string& command, ExecOptions options,
                          OnExec done);
/// The same without a shell: each of `args` arrives as it is.
Result<ChildProcess> exec_file(loop::Loop& loop, std::string file, std::vector<std::string> args,
                               ExecOptions options, OnExec done);

}  // namespace proclab::child_process
