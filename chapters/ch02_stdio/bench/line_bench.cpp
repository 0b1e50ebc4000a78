// Chapter 2 · stdio: what does a line of output cost? Each way writes the same lines to a file.
//
// Run: scripts/bench 02. Both bases are taken next to each sample, so that the machine's mood
// cancels out; the report gives medians of the pairs. Node, where it is installed, times its
// console.log in a process of its own, to the same kind of file.
#include <benchmark/benchmark.h>

#include "chapters/ch02_stdio/bench/ways.h"

namespace {

using namespace proclab::stdio::bench;

void run_way(benchmark::State& state, const Way& way) {
  for (auto _ : state) {
    const double write = ways()[0].run(kLines);
    const double spent = way.run(kLines);
    const double gathered = ways()[1].run(kLines);
    state.SetIterationTime(spent * 1e-9 / kLines);
    state.counters["to write"] = spent / write;
    state.counters["to stdio"] = spent / gathered;
    if (spent <= 0) state.SkipWithError("not to be had here");
  }
}

void add(const Way& way) {
  const std::string name = std::string("line/") + way.name + "/to a file";
  benchmark::RegisterBenchmark(name.c_str(), [&way](benchmark::State& s) { run_way(s, way); })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "--as-cout") return cout_main(argc, argv);
  for (const Way& way : ways()) add(way);
  benchmark::AddCustomContext("line", "a line of 70 bytes, one of 5,000");
  benchmark::AddCustomContext("line to write", "of the time, where one write(2) a line is 1");
  benchmark::AddCustomContext("line to stdio",
                              "of the time, where stdio with a 64 KiB buffer is 1");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
