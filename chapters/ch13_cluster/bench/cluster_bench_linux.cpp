// Chapter 13 · benchmark: requests through a cluster of two workers, beside one process alone, Node's cluster, nginx.
//
// Question: what does it cost that a primary stands between a client and its server? wrk needs a core of its own: on two
// cores "hello" shows the overhead, never a gain; with 50 µs of computing in each request two workers can show one. Each
// figure is measured beside its base, right after it. Read before: ways_linux.cpp.
//
// Run: scripts/bench 13. The names are table/row, as scripts/bench_report.py wants them.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "chapters/ch13_cluster/bench/ways.h"

namespace proclab::cluster::bench {
namespace {

struct Table {
  const char* name;
  bool keep_alive;
  unsigned compute;
  const char* what;
  const char* base = kAlone;
  std::vector<std::string> ways = bench::ways();
};
const Table kTables[] = {
    {"close", false, 0, "hello, a connection for each request"},
    {"keep-alive", true, 0, "hello, connections that are kept"},
    {"close 50 µs", false, 50, "50 µs of computing, a connection for each request"},
    {"keep-alive 50 µs", true, 50, "50 µs of computing, connections that are kept"},
    {"beside Node",
     false,
     0,
     "hello, a connection for each request, beside Node's own cluster",
     "Node rr",
     {"Node rr", "proclab rr", "proclab rr, batch", "proclab rr, Node workers",
      "proclab rr, Node workers, batch"}},
};
constexpr double kSeconds = 1;

bool is_here(const std::string& way) {
  const std::vector<std::string> all = ways();
  return std::find(all.begin(), all.end(), way) != all.end();
}

/// Servers are kept: they sleep while others are asked. A new one is warmed up: what Node compiles when it is needed is
/// compiled by then.
Server& server(const std::string& way, unsigned compute) {
  static std::map<std::pair<std::string, unsigned>, std::unique_ptr<Server>> all;
  std::unique_ptr<Server>& one = all[{way, compute}];
  if (one) return *one;
  one = std::make_unique<Server>(way, compute);
  for (const bool keep_alive : {false, true}) (void)one->load(keep_alive, kSeconds);
  return *one;
}

void measure(benchmark::State& state, const Table& table, const std::string& way) {
  for (auto _ : state) {
    const auto base = server(table.base, table.compute).load(table.keep_alive, kSeconds);
    const auto ours = server(way, table.compute).load(table.keep_alive, kSeconds);
    if (base.per_second <= 0 || ours.per_second <= 0) return state.SkipWithError("no answer");
    state.SetIterationTime(1 / ours.per_second);
    state.counters["ratio"] = base.per_second / ours.per_second;
    state.counters["errors"] = ours.errors;
    if (way == kAlone) continue;
    const bool beside_a_primary = table.base != std::string(kAlone);
    state.counters["primary"] = ours.primary_us / (beside_a_primary ? base.primary_us : 1);
    state.counters["least"] = ours.least_share;
  }
}

void add_tables() {
  for (const Table& table : kTables) {
    for (const std::string& way : table.ways) {
      if (way == "nginx" && table.compute > 0) continue;
      if (!is_here(way) || !is_here(table.base)) continue;
      benchmark::RegisterBenchmark(
          (std::string(table.name) + "/" + way).c_str(),
          [&table, way](benchmark::State& state) { measure(state, table, way); })
          ->Iterations(1)
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

void say_what_it_is() {
  using benchmark::AddCustomContext;
  for (const Table& table : kTables) {
    const std::string name = table.name;
    AddCustomContext(name, table.what);
    AddCustomContext(name + " ratio", std::string("time a request, to ") + table.base +
                                          ": below 1 is more requests");
    AddCustomContext(name + " errors", "of sockets, and answers other than 200, in a second");
    AddCustomContext(name + " primary",
                     table.base == std::string(kAlone)
                         ? "microseconds of the primary's CPU a request"
                         : std::string("of its CPU a request, to that of ") + table.base);
    AddCustomContext(name + " least", "share of the workers' CPU, of the one that had less");
  }
  AddCustomContext("goal close/proclab rr, batch ratio", "1.18");
  AddCustomContext("goal keep-alive/proclab rr, batch ratio", "1.11");
  AddCustomContext("goal keep-alive/proclab none, batch ratio", "1.11");
  AddCustomContext("goal keep-alive 50 µs/proclab rr, batch ratio", "0.71");
  AddCustomContext("goal keep-alive 50 µs/proclab none, batch ratio", "0.74");
  AddCustomContext("goal keep-alive/proclab none, batch least", "≥ 0.40");
  AddCustomContext("goal beside Node/proclab rr, batch ratio", "0.50");
  AddCustomContext("goal beside Node/proclab rr, batch primary", "0.333");
  AddCustomContext("goal beside Node/proclab rr, Node workers, batch ratio", "1.00");
}

}  // namespace
}  // namespace proclab::cluster::bench

int main(int argc, char** argv) {
  using namespace proclab::cluster::bench;
  say_what_it_is();
  add_tables();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
