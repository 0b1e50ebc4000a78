// Chapter 13 · lab · rolling_reload: the judge. A worker becomes ready when it has got a line from
// a FIFO that the judge holds: so at each step everything rests, and who is ready can be counted.
#include <algorithm>
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// Ready workers are called sleep; those that wait for our line, sh.
constexpr const char* kWorker =
    "[ -e broken ] && exit 1; read line < gate; echo r >&3; exec sleep 1000";

struct Cluster {
  int size;
  Handle gate;
  Program program;

  explicit Cluster(Judge& judge)
      : size(judge.number(3, 4)),
        gate(make_gate(judge.folder() + "/gate")),
        program(judge.start(
            {.args = {std::to_string(size), kWorker}, .deadline = Milliseconds(8'000)})) {}

  /// Open for both, so that a worker's open() does not wait.
  static Handle make_gate(const std::string& path) {
    if (::mkfifo(path.c_str(), 0666) == -1 || ::chmod(path.c_str(), 0666) == -1) return {};
    return Handle(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  }
  /// Lets `count` workers become ready.
  void let(int count) {
    (void)!::write(gate.get(), "\n\n\n\n\n\n\n\n", static_cast<std::size_t>(count));
  }

  [[nodiscard]] std::vector<Seen> workers() {
    return program.ended() ? std::vector<Seen>{} : children_of(program.family(), program.pid());
  }
  [[nodiscard]] std::vector<Seen> ready() {
    std::vector<Seen> all = workers();
    std::erase_if(all, [](const Seen& seen) { return seen.name != "sleep" || seen.state == 'Z'; });
    return all;
  }
  /// Waits until a new worker asks for its line and all others rest. False: it has ended, or none
  /// comes.
  bool settles() {
    for (const Deadline until = Deadline::after(Milliseconds(3'000)); !until.passed();) {
      if (!program.sleeps_in("", Milliseconds(500))) {
        if (program.ended()) return false;
        continue;
      }
      bool rest = true, asks = false;
      for (const Seen& worker : workers()) {
        if (worker.state == 'Z') continue;
        const std::optional<Call> call = call_of(worker.pid);
        const bool waits = call && worker.name == "sh" && call->name == "read";
        rest = rest && (waits || worker.name == "sleep") &&
               wait_blocked(worker.pid, Deadline::after(Milliseconds(200)));
        asks = asks || waits;
      }
      if (rest && asks) return true;
    }
    return false;
  }
  /// The start, up to "ready".
  Objection begin() {
    if (!gate) return fault("no FIFO can be made");
    let(size);
    if (program.line() != "ready") return no_line(program, "ready");
    return {};
  }
};

Verdict starts(Judge& judge) {
  Cluster cluster(judge);
  if (!cluster.gate) return fault("no FIFO can be made");
  cluster.let(cluster.size - 1);
  if (!cluster.settles()) {
    const Ending end = cluster.program.finish();
    if (Objection bad = ended_at_all(end)) return *bad;
    return failed("no_workers", {{"size", cluster.size}, {"output", excerpt(end.out)}});
  }
  const auto ready = cluster.ready().size();
  if (!cluster.program.out().empty()) {
    return failed(
        "ready_early",
        {{"ready", ready}, {"size", cluster.size}, {"output", excerpt(cluster.program.out())}});
  }
  cluster.let(1);
  if (cluster.program.line() != "ready") return no_line(cluster.program, "ready");
  return passed();
}

Verdict reloads(Judge& judge) {
  Cluster cluster(judge);
  Program& program = cluster.program;
  if (Objection bad = cluster.begin()) return *bad;
  while (!program.ended() && cluster.ready().size() < static_cast<std::size_t>(cluster.size))
    continue;
  const std::vector<Seen> old = cluster.ready();
  program.signal(SIGHUP);
  for (int step = 0; step < cluster.size; ++step) {
    if (!cluster.settles()) return no_line(program, "reloaded");
    const auto ready = cluster.ready().size();
    if (ready + 1 < static_cast<std::size_t>(cluster.size)) {
      return failed("too_few", {{"ready", ready}, {"size", cluster.size}});
    }
    cluster.let(1);
  }
  if (program.line() != "reloaded") return no_line(program, "reloaded");
  for (const Seen& worker : old) {
    const std::optional<Seen> now = look_at(worker.pid);
    if (now && now->started == worker.started) {
      return failed(now->state == 'Z' ? "not_waited" : "old_left", {{"pid", worker.own}});
    }
  }
  const auto count = cluster.workers().size();
  if (count != static_cast<std::size_t>(cluster.size)) {
    return failed("count", {{"count", count}, {"size", cluster.size}});
  }
  return passed();
}

/// The new release does not start.
Verdict broken(Judge& judge) {
  Cluster cluster(judge);
  Program& program = cluster.program;
  if (Objection bad = cluster.begin()) return *bad;
  while (!program.ended() && cluster.ready().size() < static_cast<std::size_t>(cluster.size))
    continue;
  const Handle marks(
      ::open((judge.folder() + "/broken").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (!marks) return fault("no file can be made");
  program.signal(SIGHUP);
  const std::optional<std::string> line = program.line();
  const auto ready = cluster.ready().size();
  if (ready + 1 < static_cast<std::size_t>(cluster.size)) {
    return failed("took_down",
                  {{"ready", ready}, {"size", cluster.size}, {"output", line.value_or("")}});
  }
  if (line == "reload failed") return passed();
  return failed("not_told", {{"output", excerpt(line.value_or(""))}});
}

Verdict stops(Judge& judge) {
  Cluster cluster(judge);
  if (Objection bad = cluster.begin()) return *bad;
  for (const Seen& worker : cluster.workers()) {
    if (Signals::has(signals_of(worker.pid).blocked, SIGTERM))
      return failed("blocked", {{"pid", worker.own}});
  }
  cluster.program.sleeps_in("");
  cluster.program.signal(SIGTERM);
  const Ending end = cluster.program.finish();
  if (!end.outlived.empty()) {
    return failed("left", {{"pid", end.outlived.front().own}, {"count", end.outlived.size()}});
  }
  return ended_well(end).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv, {{"starts", starts}, {"reloads", reloads}, {"broken", broken}, {"stops", stops}});
}
