// Chapter 7 · benchmark: what does it cost to turn a signal into an event?
//
// Question: a handler is the least that can be done, and may do next to nothing. What does a program pay to hear
// of the signal in its loop instead? One figure is a way and the bare handler, measured right before
// it; the report gives the medians of their ratios. One signal is sent, and heard of, at a time.
//
// Run: scripts/bench 07. The names are table/way, as scripts/bench_report.py wants them.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <benchmark/benchmark.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "chapters/ch07_signals/bench/ways.h"
#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/source.h"

namespace proclab::signals::bench {
namespace {

constexpr int kBatch = 2000;
constexpr int kRounds = 21;

volatile sig_atomic_t g_seen = 0;
void see(int) { g_seen = g_seen + 1; }

Once begin_source(signals::Way way) {
  Result<Source> opened = Source::open({SIGUSR1}, way);
  if (!opened) failed(opened.error().message());
  auto source = std::make_shared<Source>(std::move(opened).value());
  return [source] {
    ::kill(::getpid(), SIGUSR1);
    // As a loop does it: sleep until readable, then read.
    for (;;) {
      pollfd fd{source->handle(), POLLIN, 0};
      if (::poll(&fd, 1, -1) != 1) continue;
      const Result<std::optional<Event>> event = source->next();
      if (event && *event) return;
    }
  };
}

std::vector<Way> ways() {
  return {
      {"bare handler", begin_bare_handler},
      {"self-pipe", [] { return begin_source(signals::Way::self_pipe); }},
      {"signalfd", [] { return begin_source(signals::Way::signalfd); }},
      {"sigwait thread", [] { return begin_source(signals::Way::sigwait_thread); }},
#ifdef PROCLAB_HAS_LIBUV
      {"libuv", begin_libuv},
#endif
  };
}

double seconds_of_a_batch(const Way& way) {
  const Once once = way.begin();
  for (int i = 0; i < 50; ++i) once();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kBatch; ++i) once();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / kBatch;
}

void measure(benchmark::State& state, const Way& way) {
  for (auto _ : state) {
    const double base = seconds_of_a_batch(ways().front());
    const double cost = seconds_of_a_batch(way);
    state.SetIterationTime(cost);
    state.counters["ratio"] = cost / base;
  }
}

}  // namespace

Once begin_bare_handler() {
  auto handler = std::make_shared<DispositionGuard>(SIGUSR1, see);
  return [handler] {
    const int before = g_seen;
    ::kill(::getpid(), SIGUSR1);
    if (g_seen == before) failed("the handler did not run before kill() had returned");
  };
}

void failed(const std::string& why) {
  std::fprintf(stderr, "ch07_bench: %s\n", why.c_str());
  std::exit(1);
}

}  // namespace proclab::signals::bench

int main(int argc, char** argv) {
  using namespace proclab::signals::bench;
  benchmark::AddCustomContext("event", "one signal sent to oneself, and heard of in a poll() loop");
  benchmark::AddCustomContext("event ratio", "to a bare handler that sets a flag");
  for (const Way& way : ways()) {
    benchmark::RegisterBenchmark(("event/" + way.name).c_str(),
                                 [way](benchmark::State& state) { measure(state, way); })
        ->Iterations(1)
        ->Repetitions(kRounds)
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
