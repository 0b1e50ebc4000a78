// Chapter 4 · spawn: start() on POSIX, from top to bottom.
//
// What happens between "run this" and a running program? A plan is made of the options (plan_posix),
// a child is made that shares or copies our memory (launch_posix, launch_linux), it turns itself into
// the program (child_side_posix), and if that fails, it tells us, and we say why.
#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch04_spawn/launch_posix.h"
#include "chapters/ch04_spawn/plan_posix.h"
#include "chapters/ch04_spawn/spawn.h"

namespace proclab::spawn {
namespace {

/// A script's interpreter, from its first line; empty when it has none.
std::string interpreter_of(const std::string& path) {
  const Handle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 256> head{};
  const ssize_t size = file ? ::read(file.get(), head.data(), head.size()) : -1;
  if (size < 3) return {};
  const std::string line(head.data(), static_cast<std::size_t>(size));
  if (line.compare(0, 2, "#!") != 0) return {};
  const std::size_t begin = line.find_first_not_of(" \t", 2);
  if (begin == std::string::npos) return {};
  return line.substr(begin, line.find_first_of(" \t\r\n", begin) - begin);
}

/// What the kernel's one number leaves open. Only for a person to read, so a race with somebody who
/// changes the file meanwhile does no harm.
std::string explain(const Options& options, const Error& why) {
  const std::string_view call = why.call;
  if (call == "chdir") return options.cwd;
  if ((call != "execve" && call != "posix_spawn") || !why.detail.empty()) return why.detail;
  struct stat info;
  if (!options.cwd.empty() && ::stat(options.cwd.c_str(), &info) == -1) {
    return options.cwd + " is no directory to start in";  // posix_spawn: its chdir has failed
  }
  const std::string& file = options.file;
  if (file.find('/') == std::string::npos) return file + ", looked for in PATH";
  const std::string path = options.cwd.empty() || file[0] == '/' ? file : options.cwd + "/" + file;
  const bool there = ::stat(path.c_str(), &info) == 0;
  if (there && S_ISDIR(info.st_mode)) return file + " is a directory";
  const std::string interpreter = there ? interpreter_of(path) : "";
  if (why.code == std::errc::no_such_file_or_directory && there) {
    return interpreter.empty() ? file + " exists, but what loads it does not"
                               : file + " exists, but its interpreter " + interpreter + " does not";
  }
  if (why.code == std::errc::executable_format_error) {
    return file + " is neither a program of this machine nor a script that begins with #!";
  }
  return file;
}

Result<Pid> launch(Strategy strategy, ExecPlan& plan) {
  const bool changes_identity = plan.set_uid || plan.set_gid;
  switch (strategy) {
    case Strategy::automatic:
      // Not in borrowed memory: a child that has become another user, while it can still write to
      // the memory of this one, is a door between the two.
      return changes_identity ? launch_fork(plan) : launch_vfork(plan);
    case Strategy::vfork:
      if (changes_identity) {
        return make_error("vfork", std::errc::not_supported,
                          "a uid or gid must not change while memory is shared");
      }
      return launch_vfork(plan);
    case Strategy::fork: return launch_fork(plan);
    case Strategy::posix_spawn: return launch_posix_spawn(plan);
  }
  return make_error("strategy", std::errc::invalid_argument);
}

}  // namespace

//> start
Result<Process> start(const Options& options) {
  Result<std::unique_ptr<Plan>> plan = Plan::make(options);
  if (!plan) return plan.error();
  const Result<Pid> child = launch(options.strategy, (*plan)->exec);
  if (child) return Process(*child, Handle());
  Error why = child.error();
  why.detail = explain(options, why);
  return why;
}
//< start

}  // namespace proclab::spawn
