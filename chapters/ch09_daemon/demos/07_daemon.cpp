// Chapter 9 · daemon: a clock in the background, and all that an init script asks of it.
//
// Look for: the exit codes, which are what scripts read: they are LSB's. `start` returns when the
// clock ticks, not when it was forked, and says why when it does not. To start it twice is no
// error, and starts nothing. `status` tells a clock that was stopped (3) from one that died (1).
//
// Run: ch09_daemon status; for v in start start status reload restart stop stop status reload; do ch09_daemon $v; echo "  $v: $?"; done
// Run: ch09_daemon dance
// Exit: 2
// Run: ch09_daemon start --log no-such-folder/clock.log
// Exit: 6
#include <cstdio>
#include <optional>

#include "chapters/ch01_process/directory.h"
#include "chapters/ch09_daemon/clock.h"
#include "chapters/ch09_daemon/control.h"
#include "chapters/ch09_daemon/launch.h"
#include "chapters/ch09_daemon/lsb.h"
#include "platform/self.h"

using namespace proclab;
using namespace proclab::daemon;

namespace {

constexpr Milliseconds kReadyBy{10'000}, kGrace{5'000};

struct Command {
  std::string verb;
  std::string pidfile = "ch09_daemon.pid";
  std::string log;
  bool foreground = false;
};

int usage(std::FILE* out) {
  std::fputs(
      "usage: ch09_daemon start|stop|status|restart|reload [--pidfile F] [--log F] [--foreground]\n"
      "A clock that runs in the background and writes the time into its log. --foreground: start "
      "it\n"
      "here, as a supervisor wants it. Default: --pidfile ch09_daemon.pid, no log.\n"
      "Exit codes are LSB's. status: 0 running, 1 dead and its pidfile is left, 3 not running, 4 "
      "unknown.\n"
      "Others: 0 done, 1 failed, 2 usage, 3 unimplemented, 4 no privilege, 5 not installed,\n"
      "6 not configured, 7 not running.\n",
      out);
  return out == stdout ? kDone : kUsage;
}

std::optional<Command> parse(const std::vector<std::string>& args) {
  Command command;
  for (std::size_t i = 1; i < args.size(); ++i) {
    const bool has_value = i + 1 < args.size() && !args[i + 1].empty();
    if (args[i] == "--pidfile" && has_value) {
      command.pidfile = args[++i];
    } else if (args[i] == "--log" && has_value) {
      command.log = args[++i];
    } else if (args[i] == "--foreground") {
      command.foreground = true;
    } else if (command.verb.empty() && args[i][0] != '-') {
      command.verb = args[i];
    } else {
      return std::nullopt;
    }
  }
  return command;
}

int report(const Error& why) {
  std::printf("failed: %s\n", why.message().c_str());
  return exit_code_of(why);
}

/// The daemon will stand in the root directory, and a relative path would start there.
std::string absolute(const std::string& path) {
  const bool drive = kWindows && path.size() > 1 && path[1] == ':';
  if (path.empty() || path[0] == '/' || path[0] == '\\' || drive) return path;
  const Result<std::string> here = process::current_directory();
  return here ? *here + (kWindows ? "\\" : "/") + path : path;
}

//> start
int start(const Command& command) {
  if (command.foreground) return run_clock({command.pidfile, command.log});
  const Result<std::string> self = self_path();
  if (!self) return report(self.error());
  spawn::Options clock;
  clock.file = *self;
  clock.args = {"start", "--foreground", "--pidfile", absolute(command.pidfile)};
  if (!command.log.empty()) clock.args.insert(clock.args.end(), {"--log", absolute(command.log)});
  if (!kWindows) clock.umask = 027;  // not the starter's, which may be anything
  Result<spawn::Process> daemon = launch(clock, Deadline::after(kReadyBy));
  if (daemon) {
    std::printf("started, process %d\n", static_cast<int>(daemon->pid()));
    daemon->disown();  // we leave at once, and then it is init's
    return kDone;
  }
  // Of many that start at the same moment one wins. The others' goal is reached as well.
  if (daemon.error().code == std::errc::device_or_resource_busy) {
    return std::puts("running already"), kDone;
  }
  return report(daemon.error());
}
//< start

int stop_clock(const Command& command) {
  const Result<Stopped> how = stop(command.pidfile, kGrace);
  if (!how) return report(how.error());
  std::puts(*how == Stopped::was_not_running ? "not running"
            : *how == Stopped::by_itself     ? "stopped"
                                             : "killed: it did not stop when asked");
  return kDone;
}

int status(const Command& command) {
  const Result<Standing> standing = look_at(command.pidfile);
  if (!standing) {
    std::printf("unknown: %s\n", standing.error().message().c_str());
    return kUnknown;
  }
  switch (standing->what) {
    case Standing::What::absent: return std::puts("not running"), kStopped;
    case Standing::What::stale: return std::puts("dead, and its pidfile is left"), kDeadWithPidfile;
    case Standing::What::held: break;
  }
  std::printf("running, process %d\n", static_cast<int>(standing->pid));
  return kRunning;
}

int reload(const Command& command) {
  Result<std::optional<Holder>> holder = Holder::find(command.pidfile);
  if (!holder) return report(holder.error());
  if (!*holder) return std::puts("not running"), kNotRunning;
  if (Result<void> asked = (*holder)->ask(Request::reload); !asked) return report(asked.error());
  std::puts("asked to reload");
  return kDone;
}

int restart(const Command& command) {
  const int stopped = stop_clock(command);
  return stopped == kDone ? start(command) : stopped;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return kFailed;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() == 2 && args[1] == "--help") return usage(stdout);
  const std::optional<Command> command = parse(args);
  if (!command) return usage(stderr);
  if (command->verb == "start") return start(*command);
  if (command->verb == "stop") return stop_clock(*command);
  if (command->verb == "status") return status(*command);
  if (command->verb == "restart") return restart(*command);
  if (command->verb == "reload") return reload(*command);
  if (command->verb == "try-restart" || command->verb == "force-reload") {  // LSB's other words
    return std::puts("unimplemented"), kUnimplemented;
  }
  return usage(stderr);
}
