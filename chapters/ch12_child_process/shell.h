// Chapter 12 · child_process: text that a shell reads.
//
// Question: exec("ls " + name) works for years, until a name is "; rm -rf ~". What makes a text one
// word to a shell, whatever is in it? And better: who needs the shell? Read before: chapter 4's
// command_line.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::child_process {

enum class ShellKind { sh, cmd };
inline constexpr ShellKind kSystemShell = kWindows ? ShellKind::cmd : ShellKind::sh;

/// `text` as one argument in a command for exec(): the program that the shell starts gets just
/// these bytes. sh: in single quotes, in which nothing means anything: safe for every POSIX shell.
/// cmd: as the C runtime wants it, with a caret before each character that means something to
/// cmd.exe. For programs that are started by `cmd /d /s /c`, as exec() does; not in a batch file,
/// nor for an argument of one, which cmd.exe reads once more. Errors: invalid_argument: a NUL; cmd:
/// a line's end, which ends the command.
Result<std::string> quote(std::string_view text, ShellKind shell = kSystemShell);
/// All of them, with blanks between.
Result<std::string> quote_all(const std::vector<std::string>& words,
                              ShellKind shell = kSystemShell);

/// What to start so that a shell runs `command`.
struct ShellCommand {
  std::string file;
  std::vector<std::string> args;
  bool verbatim = false;  ///< cmd.exe has quoting rules of its own
};
/// `shell` as Options::shell: "": the system's. One called cmd or cmd.exe gets /d /s /c, all others
/// -c.
ShellCommand shell_command(const std::string& shell, const std::string& command);

}  // namespace proclab::child_process
