// Chapter 10 · benchmark: what one event costs, beside bare calls and libuv.
//
// Question: does the price of an event know how many sources are quiet meanwhile? One figure is the pair of
// a way and the base, a bare epoll_wait loop with as many sources, measured right before it; and of the way
// with ten sources: its own price. The report gives the medians. Read before: ways_linux.cpp.
//
// Run: scripts/bench 10. The names are table/way/load, as scripts/bench_report.py wants them.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <time.h>

#include <benchmark/benchmark.h>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch10_loop/bench/ways.h"
#include "platform/self.h"

namespace proclab::loop::bench {
namespace {

/// This thread's CPU time: a neighbour who takes the core away does not count, and nothing here ever
/// waits, since there is always an event.
double cpu_now() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class Work>
double seconds(Work work) {
  const double start = cpu_now();
  work();
  return cpu_now() - start;
}

/// Seconds for one event.
double event_of(const Way& way, int sources) {
  const bool looks_at_all = std::string_view(way.name).find("epoll") == std::string_view::npos;
  const int events = looks_at_all && sources >= 1000 ? 300 : 3000;
  const auto rig = way.rig(sources);
  rig->run(events / 10);  // caches, and what is done lazily
  return seconds([&] { rig->run(events); }) / events;
}

double round_trip_of(const Way& way, std::size_t size) {
  constexpr int kRounds = 1000;
  const auto pair = way.pair(size);
  pair->run(kRounds / 10);
  return seconds([&] { pair->run(kRounds); }) / kRounds;
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& measure) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [measure](benchmark::State& state) {
                                 for (auto _ : state) measure(state);
                               })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

void add_events(int most) {
  for (const Way& way : ways()) {
    for (const int sources : {10, 100, 1000, 10'000}) {
      if (sources > most) continue;
      add("events/" + std::string(way.name) + "/" + std::to_string(sources),
          [&way, sources](benchmark::State& state) {
            const double base = event_of(ways().front(), sources);
            const double ours = event_of(way, sources);
            const double small = event_of(way, 10);
            state.SetIterationTime(ours);
            state.counters["ratio"] = ours / base;
            state.counters["own"] = ours / small;
          });
    }
  }
}

void add_round_trips() {
  for (const Way& way : ways()) {
    if (!way.pair) continue;
    for (const auto& [size, column] : {std::pair{64, "64 B"}, {4096, "4 KiB"}, {65536, "64 KiB"}}) {
      add("messages/" + std::string(way.name) + "/" + column,
          [&way, bytes = static_cast<std::size_t>(size)](benchmark::State& state) {
            const double base = round_trip_of(ways().front(), bytes);
            const double ours = round_trip_of(way, bytes);
            state.SetIterationTime(ours);
            state.counters["ratio"] = ours / base;
          });
    }
  }
}

/// As many sources as descriptors are to be had.
int raise_limit() {
  auto limit = *process::get_limit(process::Limit::open_files);
  limit.soft = limit.hard;
  if (!process::set_limit(process::Limit::open_files, limit)) return 1000;
  return limit.soft ? static_cast<int>(std::min<std::uint64_t>(*limit.soft, 1'000'000)) - 50
                    : 1'000'000;
}

void say_what_it_is() {
  using benchmark::AddCustomContext;
  AddCustomContext("events",
                   "one event (wait, read a byte, write a byte; CPU time), against the number of "
                   "sources that are "
                   "waited for, of which one has something");
  AddCustomContext("events ratio", "to a bare epoll_wait loop with as many sources");
  AddCustomContext("events own", "to the same way's own cost with 10 sources");
  AddCustomContext("messages", "a message to and fro between two ends in one loop (CPU time)");
  AddCustomContext("messages ratio", "to bare epoll_wait, send and recv");
  AddCustomContext("goal events/proclab epoll own", "1.5");
}

}  // namespace
}  // namespace proclab::loop::bench

int main(int argc, char** argv) {
  using namespace proclab::loop::bench;
  std::vector<std::string> args = proclab::utf8_args(argc, argv);
  // Every figure is a pair already; in random order the plot's lines would run to and fro.
  args.emplace_back("--benchmark_enable_random_interleaving=false");
  std::vector<char*> pointers;
  for (std::string& arg : args) pointers.push_back(arg.data());
  int count = static_cast<int>(pointers.size());
  say_what_it_is();
  add_events(raise_limit());
  add_round_trips();
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
