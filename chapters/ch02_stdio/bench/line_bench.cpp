// Chapter 2 · stdio: what does a line of output cost? Each way writes the same lines to a file.
//
// Run: ch02_bench. After Google Benchmark's own table come the ratios: medians of the time for a line,
// with one write(2) a line as 1, and with the least that stdio needs, a buffer of 64 KiB, as 1. Node, where it is installed, times its console.log in a process of its
// own, to the same kind of file. --quick does without Google Benchmark's table.
#include <benchmark/benchmark.h>

#include "chapters/ch02_stdio/bench/ways.h"

namespace {

using namespace proclab::stdio::bench;

void run_way(benchmark::State& state, const Way& way) {
  double lines = 0;
  for (auto _ : state) {
    state.SetIterationTime(way.run(kLines) * 1e-9);
    lines += kLines;
  }
  state.counters["lines/s"] = benchmark::Counter(lines, benchmark::Counter::kIsRate);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "--as-cout") return cout_main(argc, argv);
  const bool quick = argc > 1 && std::string(argv[1]) == "--quick";
  if (!quick) {
    for (const Way& way : ways()) {
      benchmark::RegisterBenchmark(way.name, [&way](benchmark::State& s) { run_way(s, way); })
          ->UseManualTime()
          ->MinTime(0.1)
          ->Unit(benchmark::kMillisecond);
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
  }
  print_ratios(quick ? 5 : 15);
}
