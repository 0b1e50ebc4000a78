// Chapter 13 · cluster: N workers of any program that speaks Node's cluster protocol: a Node.js script, or ours.
//
// Look for: a program that ends at once is started again, each time after twice the pause; and then it is said that it
// is no use. With `-- node server.js` for a script that calls http.createServer().listen(8000), it is a cluster: the
// script is an ordinary one, and the primary is this program.
//
// Run: ch13_cluster --workers 1 --max-restarts 2 -- ch13_worker --port 0 --host nowhere
// Exit: 1
#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chapters/ch01_process/scheduling.h"
#include "chapters/ch10_loop/signal.h"
#include "chapters/ch13_cluster/control.h"
#include "platform/self.h"
#include "platform/text.h"

namespace {

using namespace proclab;
using namespace proclab::cluster;

constexpr const char* kHelp =
    "ch13_cluster: a primary for any program that can be a Node.js cluster's worker\n"
    "usage: ch13_cluster [OPTIONS] -- COMMAND [ARGS...]\n"
    "  --workers N       how many; else one for each processor\n"
    "  --policy P        rr: the primary accepts; none: the workers do, from one socket;\n"
    "                    reuseport: each from a socket of its own\n"
    "  --control PATH    answer there: status, reload, stop, scale N (see ch13_clusterctl)\n"
    "  --grace SECONDS   who was asked to leave is killed after that; 10\n"
    "  --max-restarts N  how often in a row a worker that died young is followed by another; 4\n"
    "  --ready SECONDS   a worker that does not listen so soon after its start is replaced; 30; 0: "
    "never\n"
    "  --deaf SECONDS    a worker that answers nothing for so long is replaced; 10; 0: never\n"
    "  --sched S         normal; batch: who has something to do does not interrupt who is at work "
    "(sched(7)).\n"
    "                    More requests where cores are few; a few ms longer where others compute\n"
    "SIGTERM, SIGINT: stop when all is served; again: at once. SIGHUP: replace all workers, one by "
    "one.\n"
    "SIGTTIN, SIGTTOU: one worker more, one less.";

struct Settings {
  ManagerOptions manager;
  std::string control;
  std::optional<process::Scheduling> scheduling;  // workers inherit it, where the system has that
};

/// "2.5" is 2,500 ms.
std::optional<Milliseconds> seconds(const std::string& text) {
  const std::optional<double> value = to_decimal(text);
  if (!value || *value > 1e6) return std::nullopt;
  return Milliseconds(static_cast<std::int64_t>(*value * 1000));
}

std::optional<unsigned> number(const std::string& text, unsigned least, unsigned most) {
  unsigned value = 0;
  const auto [end, how] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (how != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    return std::nullopt;
  }
  return value;
}

bool set(Settings& in, const std::string& name, const std::string& value) {
  if (name == "--control") return in.control = value, !value.empty();
  if (name == "--sched") return (in.scheduling = process::scheduling_named(value)).has_value();
  if (name == "--policy") {
    const std::optional<Policy> policy = policy_named(value);
    return policy && (in.manager.primary.servers.policy = *policy, true);
  }
  if (name == "--workers") {
    const auto workers = number(value, 1, Manager::kMostWorkers);
    return workers && (in.manager.workers = *workers, true);
  }
  if (name == "--max-restarts") {
    const auto most = number(value, 0, 1'000'000);
    return most && (in.manager.backoff.most = *most, true);
  }
  const auto span = seconds(value);
  if (name == "--ready") return span && (in.manager.ready_within = *span, true);
  if (name == "--grace") return span && (in.manager.grace = *span, true);
  if (name != "--deaf" || !span) return false;
  in.manager.primary.deaf_after = *span;
  in.manager.primary.probe_every = *span / 4;
  return true;
}

std::optional<Settings> read_args(const std::vector<std::string>& args) {
  Settings found;
  found.manager.workers = std::max(1U, std::thread::hardware_concurrency());
  if (kWindows) found.manager.primary.servers.policy = Policy::shared;  // as in Node
  found.manager.primary.probe_every = found.manager.primary.deaf_after / 4;
  std::size_t i = 1;
  for (; i < args.size() && args[i] != "--"; i += 2) {
    if (i + 1 >= args.size() || !set(found, args[i], args[i + 1])) return std::nullopt;
  }
  if (i + 1 >= args.size()) return std::nullopt;
  spawn::Options& program = found.manager.primary.program;
  program.file = args[i + 1];
  program.args.assign(args.begin() + static_cast<std::ptrdiff_t>(i) + 2, args.end());
  program.slots = {spawn::Slot::null(0)};
  program.attach =
      spawn::Attach::new_group;  // Ctrl-C is for us: the workers are to be asked to leave
  return found;
}

/// Those of the wanted signals that this system has.
std::vector<int> listenable() {
  std::vector<int> found;
  for (const char* const name : {"TERM", "INT", "HUP", "TTIN", "TTOU"}) {
    const Result<int> signal = signals::number_of(name);
    if (signal && signals::can_listen(*signal)) found.push_back(*signal);
  }
  return found;
}

//> on-signal
void on_signal(Manager& manager, int signal) {
  const std::string name = signals::name_of(signal);
  if (name == "SIGTTIN") return (void)manager.scale(manager.target() + 1);
  if (name == "SIGTTOU") return (void)manager.scale(manager.target() - 1);
  if (name == "SIGHUP" && !kWindows) return manager.reload();
  manager.stop();
}
//< on-signal

int run(loop::Loop& loop, const Settings& settings) {
  Manager manager(loop, settings.manager, [](const std::string& line) {
    std::cerr << "ch13_cluster: " << line << std::endl;
  });
  Result<loop::Signals> signals = loop::Signals::listen(
      loop, listenable(), [&](const signals::Event& event) { on_signal(manager, event.signal); });
  if (!signals) return std::cerr << signals.error().message() << '\n', 1;
  std::unique_ptr<Control> control;
  if (!settings.control.empty()) {
    auto opened = Control::open(loop, settings.control, manager);
    if (!opened) return std::cerr << "ch13_cluster: " << opened.error().message() << '\n', 1;
    control = std::move(*opened);
  }
  manager.on_stopped = [&] { loop.stop(); };
  if (const Result<void> started = manager.start(); !started) {
    return std::cerr << "ch13_cluster: " << started.error().message() << '\n', 1;
  }
  const Result<bool> ran = loop.run();
  return ran && !manager.fatal() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() == 2 && args[1] == "--help") return std::puts(kHelp), 0;
  const std::optional<Settings> settings = read_args(args);
  if (!settings) return std::cerr << kHelp << '\n', 2;
  if (settings->scheduling) {
    const Result<void> set = process::set_scheduling(*settings->scheduling);
    if (!set) return std::cerr << "ch13_cluster: " << set.error().message() << '\n', 1;
  }
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return std::cerr << loop.error().message() << '\n', 1;
  return run(*loop, *settings);
}
