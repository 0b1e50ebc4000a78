// Chapter 5 · benchmark: what a message costs from process to process, and what communicate()
// costs.
//
// Question: pipe, socket or shared memory, and why? One figure is the pair of a way and the base,
// taken right before it: machines are never quiet, but they are seldom louder in one of two
// neighbours. The report gives the medians of the pairs. Read before: transports.h, talks.h.
//
// Run: scripts/bench 05. The names are table/way/size, as scripts/bench_report.py wants them.
#include <benchmark/benchmark.h>

#include "chapters/ch05_pipes/bench/talks.h"
#include "chapters/ch05_pipes/bench/transports.h"
#include "platform/self.h"

namespace proclab::pipes::bench {
namespace {

struct Size {
  const char* name;
  std::size_t bytes;
  int one_way, ping_pong;  ///< how many messages make a sample of some 20 ms
};
constexpr Size kSizes[] = {
    {"64 B", 64, 20'000, 2'000}, {"4 KiB", 4096, 8'000, 1'500}, {"64 KiB", 65536, 1'500, 400}};

using Game = double (*)(const Transport&, std::size_t, int);

void measure(benchmark::State& state, Game game, const Transport& way, std::size_t bytes,
             int count) {
  for (auto _ : state) {
    const double base = game(transports().front(), bytes, count);
    const double ours = game(way, bytes, count);
    state.SetIterationTime(ours);
    state.counters["speed"] = base / ours;
    state.counters["thousand/s"] = 1e-3 / ours;
  }
}

void add(const std::string& table, Game game, int Size::*count) {
  for (const Transport& way : transports()) {
    if (way.batched && game == ping_pong) continue;  // there is nothing to gather
    for (const Size& size : kSizes) {
      if (way.batched && size.bytes >= 65536) continue;
      const std::string name = table + "/" + way.name + "/" + size.name;
      benchmark::RegisterBenchmark(name.c_str(),
                                   [game, count, &way, &size](benchmark::State& state) {
                                     measure(state, game, way, size.bytes, size.*count);
                                   })
          ->Iterations(1)
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

using Talk = double (*)(const std::string&);

void measure_talk(benchmark::State& state, Talk talk, bool beside_python) {
  static const std::string input(64 << 20, 'x');
  for (auto _ : state) {
    const double base = talk_raw(input);
    const double ours = talk(input);
    const double python = beside_python ? talk_python(input) : 0;
    state.SetIterationTime(ours);
    state.counters["ratio"] = ours / base;
    if (python > 0) state.counters["python"] = ours / python;
  }
}

void add_talk(const std::string& way, Talk talk, bool beside_python) {
  const std::string name = "communicate/" + way + "/64 MiB";
  benchmark::RegisterBenchmark(
      name.c_str(),
      [talk, beside_python](benchmark::State& state) { measure_talk(state, talk, beside_python); })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void say_what_it_is() {
  using benchmark::AddCustomContext;
  AddCustomContext("one-way", "a message from one process to another, one after the other");
  AddCustomContext("one-way speed", "times the Unix stream's, one write and one read a message");
  AddCustomContext("one-way thousand/s", "messages");
  AddCustomContext("ping-pong", "a message there and one back, both processes on one core");
  AddCustomContext("ping-pong speed", "times the Unix stream's");
  AddCustomContext("ping-pong thousand/s", "round trips");
  AddCustomContext("communicate", "64 MiB through cat and back, from its start to its end");
  AddCustomContext("communicate ratio", "of the time, to a raw poll loop");
  AddCustomContext("communicate python", "of the time, to Python's subprocess.communicate");
  AddCustomContext("goal communicate/proclab ratio", "1.2");
  AddCustomContext("goal communicate/proclab python", "1.0");
}

}  // namespace
}  // namespace proclab::pipes::bench

int main(int argc, char** argv) {
  using namespace proclab::pipes::bench;
  say_what_it_is();
  add("one-way", one_way, &Size::one_way);
  add("ping-pong", ping_pong, &Size::ping_pong);
  add_talk("raw poll loop", talk_raw, false);
  add_talk("proclab", talk_proclab, true);
  if (talk_python("x") > 0) add_talk("Python subprocess", talk_python, false);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
