// Chapter 8 · benchmark: what one exit costs the parent, against the number of children that live on.
//
// Question: who asks all, pays for all. Does noticing and reaping one exit cost the same with 100 and with
// 10,000 living children? And does starting one? A figure is a pair: right before each sample the base,
// proclab with 100 children, is asked for the same. libuv is asked in tables of its own: its walk over all its children
// leaves nothing in the caches, and who comes next would pay for it. Read before: ways_linux.cpp, server.h. Meets:
// sched_setaffinity.
//
// Run: scripts/bench 08. The names are table/way/load, as scripts/bench_report.py wants them.
#include <memory>
#include <optional>

#include <benchmark/benchmark.h>

#include <sched.h>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch08_reaping/bench/server.h"
#include "chapters/ch08_reaping/bench/ways.h"
#include "platform/self.h"

namespace proclab::reaping::bench {
namespace {

constexpr int kRounds = 21;

/// What is asked of whom, and beside whom.
struct Row {
  std::string order;
  std::string way;
  std::size_t living;
  std::size_t count;
  bool ratio = false;  ///< to the base, asked right before
  std::string rival =
      {};  ///< how many times its cost with the same load, asked right after; empty: none

  bool operator==(const Row&) const = default;
};

struct Session {
  Row row;
  Server server{row.way, row.living};
  std::unique_ptr<Server> base, rival;

  explicit Session(const Row& wanted) : row(wanted) {
    if (row.ratio) base = std::make_unique<Server>("proclab", 100);
    if (!row.rival.empty()) rival = std::make_unique<Server>(row.rival, row.living);
  }
};

void measure(benchmark::State& state, const Row& row) {
  static std::unique_ptr<Session> session;
  if (session == nullptr || session->row != row) {
    session.reset();  // its children first
    session = std::make_unique<Session>(row);
  }
  for (auto _ : state) {
    const double base = session->base ? session->base->ask(row.order, row.count) : 0;
    const double ours = session->server.ask(row.order, row.count);
    state.SetIterationTime(ours);
    if (session->base) state.counters["ratio"] = ours / base;
    if (session->rival) {
      const double rival = session->rival->ask(row.order, row.count);
      state.counters["times"] = rival / ours;
    }
  }
}

void add(const std::string& table, const Row& row) {
  const std::string name = table + "/" + row.way + "/" + std::to_string(row.living);
  benchmark::RegisterBenchmark(name.c_str(),
                               [row](benchmark::State& state) { measure(state, row); })
      ->Iterations(1)
      ->Repetitions(kRounds)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

bool has(const std::string& name) {
  for (const Way& way : ways()) {
    if (way.name == name) return true;
  }
  return false;
}

void add_tables() {
  const auto limit = process::get_limit(process::Limit::open_files);
  const std::uint64_t most = limit && limit->hard ? *limit->hard : 1'000'000;
  const bool has_libuv = has("libuv");
  for (const std::string way : {"proclab", "waitpid(-1)", "waitpid of each", "libuv"}) {
    if (!has(way)) continue;
    for (const std::size_t living : {100, 1'000, 5'000, 10'000}) {
      if (living + 200 > most) continue;
      add("exit", {"exits", way, living, 100, true});
    }
  }
  for (const std::size_t living : {100, 1'000, 5'000, 10'000}) {
    if (!has_libuv || living + 200 > most) continue;
    add("exit, beside libuv", {"exits", "proclab", living, 100, false, "libuv"});
  }
  for (const std::string way : {"proclab", "waitpid(-1)", "waitpid of each", "libuv"}) {
    if (!has(way) || most < 5'200) continue;
    add("burst", {"burst", way, 5'000, 1'000});
  }
  if (has_libuv && most >= 5'200) {
    add("burst, beside libuv", {"burst", "proclab", 5'000, 1'000, false, "libuv"});
  }
  for (const std::string way : {"proclab", "proclab, a pipe each"}) {
    for (const std::size_t living : {100, 1'000, 5'000, 10'000}) {
      const std::size_t descriptors = living * (way == "proclab" ? 1 : 2) + 400;
      if (descriptors < most) add("spawn", {"spawn", way, living, 50, true});
    }
  }
}

/// For the servers and all their children, too: across cores, a parent's wake-up costs now this, now twice
/// this, which drowns what is asked for.
void stay_on_one_core() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(::sched_getcpu(), &one);
  if (::sched_setaffinity(0, sizeof one, &one) == -1) failed("sched_setaffinity", "refused");
}

void say_what_it_is() {
  using benchmark::AddCustomContext;
  AddCustomContext("exit",
                   "the parent's CPU for noticing and reaping one exit, against the number of "
                   "living children");
  AddCustomContext("exit ratio", "to proclab with 100 living children");
  AddCustomContext("exit, beside libuv", "the same of proclab, and right after it of libuv");
  AddCustomContext("exit, beside libuv times", "less than libuv with as many");
  AddCustomContext("burst",
                   "the parent's CPU for each of 1,000 that are killed at once, at 5,000 alive");
  AddCustomContext("burst, beside libuv", "the same of proclab, and right after it of libuv");
  AddCustomContext("burst, beside libuv times", "less than libuv");
  AddCustomContext("spawn",
                   "starting and watching one more child, against the number of living children");
  AddCustomContext("spawn ratio", "to proclab with 100 living children");
  AddCustomContext("goal exit/proclab ratio", "1.3");
  AddCustomContext("goal exit, beside libuv/proclab/10000 times", "≥ 250");
  AddCustomContext("goal burst, beside libuv/proclab times", "≥ 30");
  AddCustomContext("goal spawn/proclab ratio", "1.5");
}

}  // namespace
}  // namespace proclab::reaping::bench

int main(int argc, char** argv) {
  using namespace proclab::reaping::bench;
  std::vector<std::string> args = proclab::utf8_args(argc, argv);
  if (args.size() > 1 && args[1] == "--serve") return serve({args.begin() + 2, args.end()});
  stay_on_one_core();
  // Rows in random order would start thousands of children again for every single figure.
  args.emplace_back("--benchmark_enable_random_interleaving=false");
  std::vector<char*> pointers;
  for (std::string& arg : args) pointers.push_back(arg.data());
  int count = static_cast<int>(pointers.size());
  say_what_it_is();
  add_tables();
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
