// Chapter 11 · benchmark: what a message costs, beside raw calls, Node's own channel, libuv and Python.
//
// Question: how much of process.send() is the system, and how much is on top of it? One figure is measured beside
// its base (one raw write and one read a message) and beside Node, right before it; the report gives the medians
// of the ratios. Read before: ways_linux.cpp, server.h.
//
// Run: scripts/bench 11. The names are table/way, as scripts/bench_report.py wants them.
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <benchmark/benchmark.h>

#include "chapters/ch11_channel/bench/server.h"
#include "chapters/ch11_channel/bench/ways.h"
#include "platform/self.h"

namespace proclab::channel::bench {
namespace {

struct Table {
  const char* name;
  const char* what;
  std::size_t size;
  Exchange exchange;
  bool one_core;
};
// A writer and a reader on two cores are in each other's way, at the socket's queue: that is measured, too. What the
// messages cost by themselves shows where both have one core.
constexpr Table kTables[] = {
    {"64 B", "a message of 64 B one way", 64, Exchange::stream, false},
    {"64 B, one core", "a message of 64 B one way, both processes on one core", 64,
     Exchange::stream, true},
    {"4 KiB", "a message of 4 KiB one way", 4096, Exchange::stream, false},
    {"64 KiB", "a message of 64 KiB one way", 65536, Exchange::stream, false},
    {"ping-pong", "a message of 64 B to and fro, both processes on one core", 64,
     Exchange::ping_pong, true},
};

/// What a message costs by that way. Servers are kept, and sleep while others are asked, but not for ever: where the
/// memory of a process happens to lie is luck, and a long message may cost one twice what it costs the next.
double seconds(const std::string& way, const Table& table) {
  constexpr int kServes = 3;
  struct Serving {
    std::unique_ptr<Server> server;
    int times = 0;
  };
  static std::map<std::pair<std::string, const char*>, Serving> all;
  Serving& it = all[{way, table.name}];
  if (it.times++ % kServes == 0) {
    it.server.reset();
    it.server = std::make_unique<Server>(way, table.size, table.exchange, table.one_core);
  }
  return it.server->seconds();
}

void measure(benchmark::State& state, const Table& table, const std::string& way, bool node) {
  for (auto _ : state) {
    const double base = seconds("raw", table);
    const double ours = seconds(way, table);
    state.SetIterationTime(ours);
    state.counters["ratio"] = ours / base;
    if (node) state.counters["node"] = ours / seconds("Node json", table);
  }
}

void add_tables() {
  const bool node = in_path("node");
  for (const Table& table : kTables) {
    std::vector<std::string> names;
    for (const Way& way : ways()) names.emplace_back(way.name);
    if (node) names.insert(names.end(), {"Node json", "Node advanced"});
    if (in_path("python3")) names.emplace_back("Python Pipe");
    for (const std::string& way : names) {
      // A round trip has nothing to batch.
      if (table.exchange == Exchange::ping_pong &&
          (way == "raw batched" || way == "proclab one by one")) {
        continue;
      }
      benchmark::RegisterBenchmark(
          (std::string(table.name) + "/" + way).c_str(),
          [=](benchmark::State& state) { measure(state, table, way, node); })
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
    AddCustomContext(name + " ratio", "to one raw write and one raw read a message");
    AddCustomContext(name + " node", "to Node json");
  }
  AddCustomContext("goal 64 B/proclab one by one node", "0.4");
  AddCustomContext("goal 64 B/proclab coalesced node", "0.0667");
  AddCustomContext("goal 64 B, one core/proclab one by one node", "0.4");
  AddCustomContext("goal 64 B, one core/proclab coalesced node", "0.0667");
  AddCustomContext("goal 4 KiB/proclab one by one node", "0.333");
  AddCustomContext("goal 4 KiB/proclab coalesced node", "0.333");
  AddCustomContext("goal 64 KiB/proclab one by one node", "0.25");
  AddCustomContext("goal 64 KiB/proclab coalesced node", "0.25");
  AddCustomContext("goal ping-pong/proclab coalesced node", "0.4");
}

}  // namespace
}  // namespace proclab::channel::bench

int main(int argc, char** argv) {
  using namespace proclab::channel::bench;
  std::vector<std::string> args = proclab::utf8_args(argc, argv);
  if (args.size() > 1 && args[1] == "--serve") return serve({args.begin() + 2, args.end()});
  std::vector<char*> pointers;
  for (std::string& arg : args) pointers.push_back(arg.data());
  int count = static_cast<int>(pointers.size());
  say_what_it_is();
  add_tables();
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
