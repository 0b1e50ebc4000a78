// Chapter 9 · benchmark: what does it cost a daemon to close what it has inherited, against the limit of open files?
//
// Question: ten descriptors are open, and nobody knows which. A loop to the limit asks for each number that there could
// be; one call, or a list, knows only those that there are. Ten close() of known numbers are the least that can be done.
// A figure is a pair: right before each sample chapter 9's close_from() does the same.
//
// Run: scripts/bench 09. The names are table/way/limit, as scripts/bench_report.py wants them.
// Meets: close_range, closefrom, /dev/fd.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch09_daemon/daemonize.h"
#include "chapters/ch09_daemon/descriptors_posix.h"

namespace proclab::daemon::bench {
namespace {

constexpr int kRounds = 21;
constexpr int kFirst = 100;  // what the benchmark itself has open is below
constexpr int kOpen = 10;

[[noreturn]] void failed(const char* what) {
  std::perror((std::string("ch09_bench: ") + what).c_str());
  std::exit(1);
}

struct Way {
  const char* name;
  void (*close_all)(int limit);
};

void by_close_from(int) {
  if (!close_from(kFirst, {})) failed("close_from");
}
void by_list(int limit) {
  if (!close_listed(kFirst, static_cast<unsigned>(limit))) failed("/dev/fd");
}
void by_loop(int limit) {
  for (int fd = kFirst; fd < limit; ++fd) ::close(fd);
}
void by_name(int) {
  for (int fd = kFirst; fd < kFirst + kOpen; ++fd) ::close(fd);
}

std::vector<Way> ways() {
  return {
    {"proclab", by_close_from},
#if __GLIBC_PREREQ(2, 34)
        {"glibc closefrom", [](int) { ::closefrom(kFirst); }},
#endif
        {"a list of the open ones", by_list}, {"a loop to the limit", by_loop},
        {"ten close() of known ones", by_name},
  };
}

double seconds(const Way& way, int limit) {
  for (int fd = kFirst; fd < kFirst + kOpen; ++fd) {
    if (::dup2(STDERR_FILENO, fd) == -1) failed("dup2");
  }
  const auto start = std::chrono::steady_clock::now();
  way.close_all(limit);
  const auto took = std::chrono::steady_clock::now() - start;
  for (int fd = kFirst; fd < kFirst + kOpen; ++fd) {
    if (::close(fd) == 0) failed("it left one open");
  }
  return std::chrono::duration<double>(took).count();
}

void measure(benchmark::State& state, const Way& way, std::uint64_t limit) {
  using process::Limit;
  const auto before = process::get_limit(Limit::open_files);
  if (!before || !process::set_limit(Limit::open_files, {limit, before->hard})) failed("set_limit");
  for (auto _ : state) {
    const double base = seconds(ways().front(), static_cast<int>(limit));
    const double cost = seconds(way, static_cast<int>(limit));
    state.SetIterationTime(cost);
    state.counters["ratio"] = cost / base;
  }
  (void)process::set_limit(Limit::open_files, *before);
}

void add_table() {
  const auto now = process::get_limit(process::Limit::open_files);
  for (const Way& way : ways()) {
    for (const std::uint64_t limit : {256, 1'024, 4'096, 16'384}) {
      if (now && now->hard && limit > *now->hard) continue;
      benchmark::RegisterBenchmark(
          ("close/" + std::string(way.name) + "/" + std::to_string(limit)).c_str(),
          [way, limit](benchmark::State& state) { measure(state, way, limit); })
          ->Iterations(1)
          ->Repetitions(kRounds)
          ->UseManualTime()
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

}  // namespace
}  // namespace proclab::daemon::bench

int main(int argc, char** argv) {
  benchmark::AddCustomContext("close", "ten descriptors, against the limit of open files");
  benchmark::AddCustomContext("close ratio", "to this chapter's close_from()");
  proclab::daemon::bench::add_table();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
