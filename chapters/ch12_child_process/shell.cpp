// Chapter 12 · child_process: text that a shell reads. Read shell.h first.
#include "chapters/ch12_child_process/shell.h"

#include <algorithm>

#include "chapters/ch01_process/environment.h"
#include "chapters/ch04_spawn/command_line.h"
#include "platform/text.h"

namespace proclab::child_process {
namespace {

//> quote-sh
std::string quote_sh(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    // Between single quotes there is no escape, so a quote is: close, a quoted one, open again.
    c == '\'' ? out += "'\\''" : out += c;
  }
  return out + "'";
}
//< quote-sh

//> quote-cmd
/// Two readers, one after the other: cmd.exe, which takes the carets away, then the program's C
/// runtime, which reads the quotes. Every quote has its caret, so for cmd.exe no quotation ever
/// begins, in which carets would stay.
std::string quote_cmd(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of(" \t\v\"()%!^<>&|;,=") == text.npos;
  if (plain) return std::string(text);
  std::string out;
  std::string quoted = spawn::quote_argument(text);
  if (quoted.front() != '"') quoted = "\"" + quoted + "\"";
  for (const char c : quoted) {
    // Variables come before carets and quotes, and "%%" is no escape outside of a batch file. But
    // "%cd:~,%" is a part of the current directory's name with nothing in it: what stays is the
    // first %, and it begins no name.
    if (c == '%') {
      out += "%%cd:~,%";
      continue;
    }
    if (std::string_view("\"()!^<>&|").find(c) != std::string_view::npos) out += '^';
    out += c;
  }
  return out;
}
//< quote-cmd

bool is_cmd(std::string path) {
  std::transform(path.begin(), path.end(), path.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::string name = path.substr(path.find_last_of("/\\") + 1);
  return name == "cmd" || name == "cmd.exe";
}

std::string system_shell() {
  if (!kWindows) return "/bin/sh";
  const auto named = process::get_variable("ComSpec");
  return named && *named ? **named : "cmd.exe";
}

}  // namespace

Result<std::string> quote(std::string_view text, ShellKind shell) {
  if (has_nul(text)) return make_error("quote", std::errc::invalid_argument, "a NUL in the text");
  if (shell == ShellKind::sh) return quote_sh(text);
  if (text.find_first_of("\r\n") != text.npos) {
    return make_error("quote", std::errc::invalid_argument,
                      "a line's end: cmd.exe has no quoting for it");
  }
  return quote_cmd(text);
}

Result<std::string> quote_all(const std::vector<std::string>& words, ShellKind shell) {
  std::string line;
  for (const std::string& word : words) {
    const Result<std::string> one = quote(word, shell);
    if (!one) return one.error();
    line += (line.empty() ? "" : " ") + *one;
  }
  return line;
}

//> shell-command
ShellCommand shell_command(const std::string& shell, const std::string& command) {
  std::string file = shell.empty() ? system_shell() : shell;
  if (!is_cmd(file)) return {std::move(file), {"-c", command}};
  // /d: no AutoRun commands of the registry's. /s: of the quotes, take away the first and the last,
  // and no others.
  return {std::move(file), {"/d", "/s", "/c", "\"" + command + "\""}, true};
}
//< shell-command

}  // namespace proclab::child_process
