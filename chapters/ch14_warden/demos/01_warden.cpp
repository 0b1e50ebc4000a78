// Chapter 14 · warden: run a command that nobody trusts, give its status back, and report on it.
//
// Look for: the command's own code comes back. A limit is 124, whichever it was: the report says which. What
// was left behind is named, and gone. "layers" tells which walls stood on this machine.
//
// Run: ch14_warden -- ch01_ending _Exit 7
// Exit: 7
// Run: ch14_warden --wall 0.2 -- ch14_hostile sleep
// Exit: 124
// Run: ch14_warden --output 0.0002 -- ch14_hostile flood
// Exit: 124
// Run: ch14_warden --wall 15 -- ch14_hostile flee
// Run: ch14_warden --wall 15 -- ch14_hostile bomb 200
// Run: ch14_warden -- no-such-program
// Exit: 127
// Run: ch14_warden --wall soon -- true
// Exit: 125
#include <cmath>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include "chapters/ch02_stdio/stream_kind.h"
#include "chapters/ch07_signals/source.h"
#include "chapters/ch14_warden/guard.h"
#include "chapters/ch14_warden/report.h"
#include "chapters/ch14_warden/warden.h"
#include "platform/self.h"
#include "platform/text.h"

using namespace proclab;
using warden::Options;

namespace {

constexpr const char* kHelp =
    "usage: ch14_warden [OPTION]... -- COMMAND [ARGUMENT]...\n"
    "Runs COMMAND within limits, ends all that it leaves behind, and exits as it did.\n"
    "  --wall SECONDS    for all of it, on the wall         --cpu SECONDS     of CPU time\n"
    "  --memory MIB      of all its processes together, where a cgroup or a job can be made\n"
    "  --processes N     at a time                          --files N         open descriptors\n"
    "  --output MIB      of stdout and stderr together      --file-size MIB   of one file\n"
    "  --report FILE     what happened, as JSON; written last, and whole\n"
    "  --uid N           as this user and group; for root. A user that runs nothing else.\n"
    "  --namespaces      user, pid, mount, ipc and uts namespaces of its own\n"
    "  --no-network      nothing but its own loopback\n"
    "  --read-only       with --namespaces: no file can be changed, but in an empty /tmp\n"
    "  --seccomp         system calls that a program does not need are refused\n"
    "  --no-cgroup       make no control group\n"
    "  --strict          a wall that this machine does not permit: run nothing\n"
    "  --stdin           COMMAND reads our stdin; else it gets none\n"
    "Exit: COMMAND's code, or 128 + the signal that killed it; 124: a limit ended it; 125: the\n"
    "warden failed; 126: COMMAND cannot be run; 127: it is not found. SIGTERM, SIGINT, SIGHUP and\n"
    "SIGQUIT end the whole tree (137).";

struct Request {
  Options options;
  std::string report;
};

/// "1.5" seconds or MiB in the smaller unit, rounded up: a little is not nothing.
std::optional<std::uint64_t> scaled(const std::string& text, double unit) {
  const std::optional<double> value = to_decimal(text);
  if (!value || *value == 0 || *value * unit >= 1e15) return std::nullopt;
  return static_cast<std::uint64_t>(std::ceil(*value * unit));
}

//> options
bool set_flag(Options& options, const std::string& name) {
  warden::Layers& layers = options.layers;
  if (name == "--namespaces") return layers.namespaces = true;
  if (name == "--no-network") return layers.no_network = true;
  if (name == "--read-only") return layers.read_only = true;
  if (name == "--seccomp") return layers.seccomp = true;
  if (name == "--strict") return layers.strict = true;
  if (name == "--no-cgroup") return layers.cgroup = false, true;
  if (name != "--stdin") return false;
  options.command.slots = {spawn::Slot::inherit(0)};
  return true;
}

bool set_value(Request& request, const std::string& name, const std::string& text) {
  if (name == "--report") return request.report = text, !text.empty();
  constexpr double kMib = 1024.0 * 1024.0;
  const bool is_size = name == "--memory" || name == "--output" || name == "--file-size";
  const auto value = scaled(text, name == "--wall" ? 1000 : is_size ? kMib : 1);
  warden::Limits& limits = request.options.limits;
  if (!value) return false;
  if (name == "--wall") return limits.wall = Milliseconds(*value), true;
  if (name == "--cpu") return limits.cpu = *value, true;
  if (name == "--memory") return limits.memory = *value, true;
  if (name == "--output") return limits.output = *value, true;
  if (name == "--file-size") return limits.file_size = *value, true;
  if (name == "--processes") return limits.processes = *value, true;
  if (name == "--files") return limits.files = *value, true;
  if (name != "--uid") return false;
  request.options.command.uid = request.options.command.gid = static_cast<unsigned>(*value);
  return true;
}
//< options

/// What is wrong with the arguments; empty: nothing.
std::string parse(const std::vector<std::string>& args, Request& request) {
  std::size_t i = 1;
  for (; i < args.size() && args[i] != "--"; ++i) {
    if (set_flag(request.options, args[i])) continue;
    if (i + 1 == args.size()) return "what is '" + args[i] + "'? A COMMAND stands behind --";
    if (!set_value(request, args[i], args[i + 1])) {
      return "'" + args[i] + " " + args[i + 1] + "' makes no sense";
    }
    ++i;
  }
  if (i + 1 >= args.size()) return "a COMMAND is wanted, behind --";
  request.options.command.file = args[i + 1];
  request.options.command.args.assign(args.begin() + static_cast<std::ptrdiff_t>(i) + 2,
                                      args.end());
  return {};
}

std::vector<int> listenable() {
  std::vector<int> found;
  for (const int signal :
       {signals::kTerminate, signals::kInterrupt, signals::kHangup, signals::kQuit}) {
    if (signals::can_listen(signal)) found.push_back(signal);
  }
  return found;
}

int fail(const std::string& why) {
  std::cerr << "ch14_warden: " << why << '\n';
  return warden::kFailed;
}

/// The report goes last, when nobody is left who could change it.
int tell(warden::ReportFile* file, const std::string& json, int code) {
  if (file == nullptr) return code;
  const Result<void> written = file->write(json);
  return written ? code : fail(written.error().message());
}

//> keep
int keep(Request& request, warden::ReportFile* file) {
  Result<signals::Source> stop = signals::Source::open(listenable());
  if (!stop) return fail(stop.error().message());
  request.options.stop = stop->handle();
  request.options.output = stdio::standard(1);
  request.options.errors = stdio::standard(2);
  const Result<warden::Report> report = warden::run(request.options);
  if (!report) {
    fail(report.error().message());
    return tell(file, warden::to_json(report.error()), warden::exit_code(report.error()));
  }
  const bool said =
      report->ended == warden::Ended::exited || report->ended == warden::Ended::killed;
  if (!said) std::cerr << "ch14_warden: " << report->why << '\n';
  return tell(file, warden::to_json(*report), warden::exit_code(*report));
}
//< keep

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return warden::kFailed;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() == 2 && args[1] == "--help") return std::cout << kHelp << '\n', 0;
  Request request;
  if (const std::string wrong = parse(args, request); !wrong.empty()) {
    return fail(wrong + "\nTry 'ch14_warden --help'.");
  }
  std::optional<warden::ReportFile> file;
  if (!request.report.empty()) {
    Result<warden::ReportFile> opened = warden::ReportFile::open(request.report);
    if (!opened) return fail(opened.error().message());
    file = std::move(*opened);
  }
  warden::ReportFile* const report = file ? &*file : nullptr;
  std::optional<Milliseconds> most = request.options.limits.wall;
  if (most) *most += Milliseconds(30'000);  // the sweep has its time, too
  const Result<warden::Guarded> end = warden::guarded([&] { return keep(request, report); }, most);
  if (!end) return fail(end.error().message());
  if (!end->killed) return end->code;
  const Error why = make_error("guard", std::errc::owner_dead, "the warden itself was killed");
  fail(why.message());
  return tell(report, warden::to_json(why), warden::kFailed);
}
