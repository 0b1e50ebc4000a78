// Chapter 7 · timeout: run a command for so long, and no longer; as timeout(1) of coreutils does.
//
// Look for: the exit codes, which scripts rely on. 124: the time was over. 137 is 128 + 9: it took a
// SIGKILL. A command that ends in time gives its own code; 127 and 126 are a shell's "not found" and
// "found, but it cannot run"; 125 says that timeout itself had a problem.
//
// Run: ch07_timeout 10 ch01_ending _Exit 7
// Exit: 7
// Run: ch07_timeout 0.1 ch04_wait --child
// Exit: 124
// Run: ch07_timeout --preserve-status 0.1 ch04_wait --child
// Exit: 143
// Run: ch07_timeout --foreground -s KILL 0.1 ch04_wait --child
// Exit: 137
// Run: ch07_timeout 10 no-such-program
// Exit: 127
// Run: ch07_timeout 10 ./.
// Exit: 126
// Run: ch07_timeout soon ch04_wait
// Exit: 125
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/ending.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/timeout.h"
#include "platform/self.h"

using namespace proclab;
using signals::kHangup, signals::kInterrupt, signals::kKill, signals::kQuit, signals::kTerminate;

namespace {

constexpr int kTimedOut = 124, kFailed = 125, kCannotRun = 126, kNotFound = 127;

struct Request {
  signals::Limits limits;
  bool foreground = false;
  bool preserve_status = false;
  std::vector<std::string> command;
};

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "ch07_timeout: %s\nTry 'ch07_timeout --help'.\n", why.c_str());
  std::exit(kFailed);
}

int help() {
  std::puts(
      "usage: ch07_timeout [OPTION]... DURATION COMMAND [ARGUMENT]...\n"
      "Runs COMMAND, and sends it SIGTERM when it still runs after DURATION: a number, with s, m, "
      "h\n"
      "or d behind it; 0 for no limit.\n"
      "  -k, --kill-after=DURATION  SIGKILL when it still runs so long after that\n"
      "  -s, --signal=SIGNAL        not SIGTERM, but this one\n"
      "      --foreground           only COMMAND itself, not its children; it may use the "
      "terminal\n"
      "      --preserve-status      exit as COMMAND does, even when its time was over\n"
      "Exit: 124 when the time was over, 125 when this fails, 126 when COMMAND cannot be run, 127 "
      "when\n"
      "it is not found, 137 when it took a SIGKILL; else as COMMAND does.");
  return 0;
}

/// "1.5m" → 90,000 ms; nullopt for 0, which means never. Rounded up: 1 µs is not 0.
std::optional<Milliseconds> duration(const std::string& text) {
  char* end = nullptr;
  double seconds = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  if (unit == "m") seconds *= 60;
  if (unit == "h") seconds *= 3600;
  if (unit == "d") seconds *= 86400;
  const bool known = unit.empty() || (unit.size() == 1 && unit.find_first_of("smhd") == 0);
  if (end == text.c_str() || !known || !(seconds >= 0)) {
    refuse("invalid time interval '" + text + "'");
  }
  if (seconds == 0) return std::nullopt;
  constexpr double kLongest = 1e15;  // 30,000 years
  return Milliseconds(static_cast<long long>(std::ceil(std::fmin(seconds * 1000, kLongest))));
}

int signal_named(const std::string& text) {
  const Result<int> signal = signals::number_of(text);
  if (!signal) refuse("'" + text + "': invalid signal");
  return *signal;
}

Request parse(const std::vector<std::string>& args) {
  Request request;
  std::size_t at = 1;
  // The value of -k5, -k 5, --kill-after=5 and --kill-after 5.
  const auto value_of = [&](const std::string& name, const std::string& letter) {
    const std::string& arg = args[at];
    std::optional<std::string> value;
    if (arg == name || arg == letter) {
      if (++at == args.size()) refuse("option '" + arg + "' requires an argument");
      value = args[at];
    } else if (arg.starts_with(name + "=")) {
      value = arg.substr(name.size() + 1);
    } else if (!arg.starts_with("--") && arg.starts_with(letter)) {
      value = arg.substr(letter.size());
    }
    return value;
  };
  for (; at < args.size() && args[at].starts_with('-') && args[at] != "-"; ++at) {
    if (args[at] == "--help") std::exit(help());
    if (args[at] == "--") {
      ++at;
      break;
    }
    if (args[at] == "--foreground") {
      request.foreground = true;
    } else if (args[at] == "--preserve-status") {
      request.preserve_status = true;
    } else if (const auto grace = value_of("--kill-after", "-k")) {
      request.limits.grace = duration(*grace);
    } else if (const auto signal = value_of("--signal", "-s")) {
      request.limits.signal = signal_named(*signal);
    } else {
      refuse("unrecognized option '" + args[at] + "'");
    }
  }
  if (args.size() - std::min(at, args.size()) < 2) refuse("a DURATION and a COMMAND are wanted");
  request.limits.span = duration(args[at]);
  request.command.assign(args.begin() + static_cast<std::ptrdiff_t>(at) + 1, args.end());
  return request;
}

}  // namespace

//> main
int main(int argc, char** argv) {
  if (!fill_std_slots()) return kFailed;
  Request request = parse(utf8_args(argc, argv));
  request.limits.reach = signals::Reach::child;
  if (!kWindows && !request.foreground) {
    // The command joins the group that we lead now, and so does all that it starts.
    if (const Result<void> r = signals::lead_group(); !r) refuse(r.error().message());
    request.limits.reach = signals::Reach::own_group;
  }
  // Before the command starts: what comes from here on is meant for it.
  std::vector<int> heard;
  for (const int signal : {kTerminate, kInterrupt, kQuit, kHangup, request.limits.signal}) {
    if (signals::can_listen(signal)) heard.push_back(signal);
  }
  Result<signals::Source> pass_on = signals::Source::open(heard);
  if (!pass_on) refuse(pass_on.error().message());

  spawn::Options options;
  options.file = request.command[0];
  options.args.assign(request.command.begin() + 1, request.command.end());
  Result<spawn::Process> child = spawn::start(options);
  if (!child) {
    std::fprintf(stderr, "ch07_timeout: %s\n", child.error().message().c_str());
    return child.error().code == std::errc::no_such_file_or_directory ? kNotFound : kCannotRun;
  }
  const Result<signals::Limited> end = signals::wait_limited(*child, request.limits, &*pass_on);
  if (!end) refuse(end.error().message());
  if (!end->timed_out) signals::end_as(end->status);  // so that our parent learns the truth
  const bool own_status = request.preserve_status || end->status.signal == kKill;
  return own_status ? static_cast<int>(signals::shell_code(end->status)) : kTimedOut;
}
//< main
