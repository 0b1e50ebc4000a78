// Chapter 9 · service: the clock as a Windows service.
//
// Look for: the same clock as ch09_daemon's, unchanged. Its Notifier speaks to the service manager
// now, and its Requests hear it. `start` comes back when the clock ticks; when it cannot, with the
// clock's reason.
//
// Run: ch09_service
// Run: ch09_service run
// Exit: 1
#include <cstdio>

#include "chapters/ch01_process/directory.h"
#include "chapters/ch01_process/identity.h"
#include "chapters/ch09_daemon/clock.h"
#include "chapters/ch09_daemon/lsb.h"
#include "chapters/ch09_daemon/service.h"
#include "platform/self.h"

using namespace proclab;
using namespace proclab::daemon;

static int usage() {
  std::puts(
      "usage: ch09_service [install|start|status|reload|stop|remove [NAME [FOLDER]]]\n"
      "The clock as a service NAME (proclab-clock). Its log and pidfile are in FOLDER (here). With "
      "no\n"
      "word: all of them in turn.");
  return kUsage;
}

static int report(const Result<void>& done, const char* what) {
  if (done) return std::puts(what), kDone;
  std::printf("failed: %s\n", done.error().message().c_str());
  return done.error().code == std::errc::no_such_process ? kNotRunning : exit_code_of(done.error());
}

static int status(const std::string& name) {
  const Result<Pid> process = service_process(name);
  if (!process) return std::printf("unknown: %s\n", process.error().message().c_str()), kUnknown;
  std::puts(*process == 0 ? "not running" : "running");
  return *process == 0 ? kStopped : kRunning;
}

static int act(const std::string& verb, const std::string& name, const std::string& folder) {
  const Deadline soon = Deadline::after(Milliseconds(20'000));
  if (verb == "install") {
    const Result<std::string> self = self_path();
    if (!self) return report(self.error(), "");
    return report(install_service(name, *self, {"run", name, folder}), "installed");
  }
  if (verb == "start") return report(start_service(name, soon), "started");
  if (verb == "stop") return report(control_service(name, Request::stop, soon), "stopped");
  if (verb == "reload")
    return report(control_service(name, Request::reload, soon), "asked to reload");
  if (verb == "remove") return report(remove_service(name), "removed");
  if (verb == "status") return status(name);
  if (verb == "--help") return usage(), kDone;
  if (verb != "run") return usage();
  const std::string base = folder + "\\" + name;
  const Result<int> code = run_as_service([&] {
    return run_clock({base + ".pid", base + ".log"});
  });
  if (code) return *code;
  return report(code.error(), "");
}

/// In one process: Wine ends its services when the last ordinary program has ended.
static int walk(const std::string& folder) {
  const std::string name = "proclab-clock-" + std::to_string(process::pid());
  for (const char* verb : {"install", "start", "status", "start", "reload", "stop", "stop",
                           "status", "remove", "start"}) {
    std::printf("%-8s ", verb);
    std::fflush(stdout);
    std::printf("         exit code %d\n", act(verb, name, folder));
  }
  return kDone;
}

int main(int argc, char** argv) {
  const std::vector<std::string> args = utf8_args(argc, argv);
  const Result<std::string> here = process::current_directory();
  const std::string folder = args.size() > 3 ? args[3] : here ? *here : ".";
  if (args.size() < 2) return walk(folder);
  return act(args[1], args.size() > 2 ? args[2] : "proclab-clock", folder);
}
