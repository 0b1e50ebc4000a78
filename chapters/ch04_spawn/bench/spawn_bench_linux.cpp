// Chapter 4 · benchmark: what a spawn costs, beside raw calls and other libraries.
//
// Question: does the price of a spawn know how large its parent is, or how many descriptors it has?
// One figure is the pair of a way and the base, raw vfork + execve in a small process, taken right
// before it: machines are never quiet, but they are seldom louder in one of two neighbours. The report
// gives the medians of the pairs' ratios. Read before: ways_linux.cpp, server.h.
//
// Run: scripts/bench 04. The names are table/way/load, as scripts/bench_report.py wants them.
#include <fstream>
#include <memory>

#include <benchmark/benchmark.h>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch04_spawn/bench/server.h"
#include "chapters/ch04_spawn/bench/ways.h"
#include "platform/self.h"

namespace proclab::spawn::bench {
namespace {

constexpr int kRounds = 21;
constexpr Load kSmall{};

struct Row {
  std::string way;
  Load load;
  bool against_itself;  ///< also the ratio to the same way in a small process
};

/// The servers of one row, kept over its rounds. Gigabytes are held by one row at a time.
struct Session {
  Row row;
  Server base{"raw vfork", kSmall};
  std::unique_ptr<Server> small;
  Server server{row.way, row.load};

  explicit Session(const Row& wanted) : row(wanted) {
    if (row.against_itself) small = std::make_unique<Server>(row.way, kSmall);
  }
};

void measure(benchmark::State& state, const Row& row) {
  static std::unique_ptr<Session> session;
  if (session == nullptr || session->row.way != row.way ||
      session->row.load.mebibytes != row.load.mebibytes ||
      session->row.load.descriptors != row.load.descriptors) {
    session.reset();  // its memory first
    session = std::make_unique<Session>(row);
  }
  for (auto _ : state) {
    const double base = session->base.seconds();
    const double ours = session->server.seconds();
    state.SetIterationTime(ours);
    state.counters["ratio"] = ours / base;
    if (session->small) {
      const double base_again = session->base.seconds();
      state.counters["own"] = (ours / base) / (session->small->seconds() / base_again);
    }
  }
  if (!session->server.has_its_memory()) state.SkipWithError("it gave its memory back");
}

void add(const std::string& table, const std::string& column, const Row& row) {
  const std::string name = table + "/" + row.way + "/" + column;
  benchmark::RegisterBenchmark(name.c_str(),
                               [row](benchmark::State& state) { measure(state, row); })
      ->Iterations(1)
      ->Repetitions(kRounds)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

long available_mebibytes() {
  std::ifstream info("/proc/meminfo");
  for (std::string word; info >> word;) {
    long kibibytes = 0;
    if (word == "MemAvailable:" && info >> kibibytes) return kibibytes / 1024;
  }
  return 0;
}

void add_memory_table() {
  std::vector<std::string> names;
  for (const Way& way : ways()) names.emplace_back(way.name);
  if (in_path("python3")) names.emplace_back("Python subprocess");
  if (in_path("node")) names.emplace_back("Node child_process");
  const long available = available_mebibytes();
  for (const std::string& name : names) {
    add("memory", "10 MiB", {name, kSmall, false});
    // Half as much again must be free: this measures spawns, not swapping.
    if (available > 1536) add("memory", "1 GiB", {name, {1024, kSmall.descriptors}, true});
    if (available > 6144) add("memory", "4 GiB", {name, {4096, kSmall.descriptors}, true});
  }
}

void add_descriptor_table() {
  const auto limit = process::get_limit(process::Limit::open_files);
  const bool many = limit && (!limit->hard || *limit->hard >= 16'384);
  for (const char* name : {"raw vfork", "proclab", "glibc posix_spawn"}) {
    add("descriptors", "8", {name, kSmall, false});
    if (many) add("descriptors", "1000", {name, {kSmall.mebibytes, 1000}, false});
    if (many) add("descriptors", "10000", {name, {kSmall.mebibytes, 10'000}, false});
  }
}

void say_what_it_is() {
  using benchmark::AddCustomContext;
  AddCustomContext("memory",
                   "spawn + exit + reap of a tiny static program with three redirected "
                   "descriptors, against the parent's touched memory");
  AddCustomContext("memory ratio", "to raw vfork + execve with the same three dup2, at 10 MiB");
  AddCustomContext("memory own", "to the same way's own cost at 10 MiB");
  AddCustomContext("descriptors",
                   "the same against the number of descriptors that the parent has open");
  AddCustomContext("descriptors ratio", "to raw vfork + execve with 8 descriptors");
  AddCustomContext("goal memory/proclab ratio", "1.15");
  AddCustomContext("goal memory/proclab own", "1.1");
}

}  // namespace
}  // namespace proclab::spawn::bench

int main(int argc, char** argv) {
  using namespace proclab::spawn::bench;
  std::vector<std::string> args = proclab::utf8_args(argc, argv);
  if (args.size() > 1 && args[1] == "--serve") return serve({args.begin() + 2, args.end()});
  // Rows in random order would start and touch the gigabytes again for every single figure.
  args.emplace_back("--benchmark_enable_random_interleaving=false");
  std::vector<char*> pointers;
  for (std::string& arg : args) pointers.push_back(arg.data());
  int count = static_cast<int>(pointers.size());
  say_what_it_is();
  add_memory_table();
  add_descriptor_table();
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
