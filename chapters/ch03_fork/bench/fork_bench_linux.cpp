// Chapter 3 · fork: what each way of making a child costs, as its parent's memory grows.
//
// Run: ch03_bench. Each row has two counters: `x_base`, the median of its samples divided by raw
// vfork + _exit + waitpid in a process of 10 MiB, taken right beside each sample (so a busy machine
// slows both); and `MiB`, how much memory the forking process has touched.
//
// The work is done in helper processes: one holds the row's memory, a small one is the base. In
// this process, a row of 1 GiB would make every later row's fork slow, the base's too.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch03_fork/copy.h"
#include "chapters/ch03_fork/pages_linux.h"
#include "chapters/ch03_fork/ways_linux.h"
#include "platform/clock.h"
#include "platform/handle.h"

using namespace proclab;

namespace {

enum class Job : char { fork, vfork, clone_vm, rewrite, rewrite_with_copy };

void must(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
}

int nothing(void*) { return 0; }

template <class Act>
std::int64_t time_of(Act&& act) {
  const auto start = Clock::now();
  act();
  return std::chrono::nanoseconds(Clock::now() - start).count();
}

std::int64_t start_and_reap(fork::Way way) {
  return time_of([&] {
    const Result<Pid> child = fork::start_by(way, nothing, nullptr);
    must(child.has_value(), "start_by");
    while (::waitpid(*child, nullptr, 0) == -1 && errno == EINTR) continue;
  });
}

std::int64_t rewrite(fork::Block& block, bool with_copy) {
  static char byte = 0;
  if (!with_copy) return time_of([&] { block.rewrite(++byte); });
  const Result<fork::Copy> copy = fork::start_copy([] { return ::pause(); });
  must(copy.has_value(), "fork");
  return time_of([&] { block.rewrite(++byte); });
}

std::int64_t measure_here(Job job, fork::Block& block) {
  switch (job) {
    case Job::fork: return start_and_reap(fork::Way::fork);
    case Job::vfork: return start_and_reap(fork::Way::vfork);
    case Job::clone_vm: return start_and_reap(fork::Way::clone_vm);
    case Job::rewrite: return rewrite(block, false);
    case Job::rewrite_with_copy: return rewrite(block, true);
  }
  return 0;
}

// A process that has touched so much memory, and measures what it is asked to.
class Helper {
 public:
  explicit Helper(std::size_t mib) {
    int ask[2];
    int tell[2];
    must(::pipe(ask) == 0 && ::pipe(tell) == 0, "pipe");
    Result<fork::Copy> copy = fork::start_copy([&] {
      ::close(ask[1]);
      return serve(mib, ask[0], tell[1]);
    });
    must(copy.has_value(), "fork");
    ::close(ask[0]);
    ::close(tell[1]);
    ask_ = Handle(ask[1]);
    told_ = Handle(tell[0]);
    copy_ = std::make_unique<fork::Copy>(std::move(*copy));
  }

  std::int64_t measure(Job job) {
    std::int64_t took = 0;
    must(::write(ask_.get(), &job, 1) == 1, "write");
    must(::read(told_.get(), &took, sizeof took) == sizeof took, "read");
    return took;
  }

 private:
  static int serve(std::size_t mib, int asked, int tell) {
    Result<fork::Block> block = fork::Block::map(mib << 20);
    must(block.has_value(), "mmap");
    for (Job job; ::read(asked, &job, 1) == 1;) {
      const std::int64_t took = measure_here(job, *block);
      if (::write(tell, &took, sizeof took) != sizeof took) return 1;
    }
    return 0;
  }

  Handle ask_;
  Handle told_;
  std::unique_ptr<fork::Copy> copy_;  // killed and reaped with the helper
};

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void cost(benchmark::State& state, Job job, Job base_job, bool own_base) {
  const auto mib = static_cast<std::size_t>(state.range(0));
  Helper helper(mib);
  std::unique_ptr<Helper> small = own_base ? nullptr : std::make_unique<Helper>(10);
  std::vector<double> ratios;
  for ([[maybe_unused]] auto _ : state) {  // NOLINT(clang-analyzer-deadcode.DeadStores)
    const std::int64_t base = (own_base ? helper : *small).measure(base_job);
    const std::int64_t took = helper.measure(job);
    ratios.push_back(static_cast<double>(took) / static_cast<double>(base));
    state.SetIterationTime(static_cast<double>(took) * 1e-9);
  }
  state.counters["x_base"] = median(ratios);
  state.counters["MiB"] = static_cast<double>(mib);
}

void sizes(benchmark::internal::Benchmark* row) {
  row->Arg(10)->Arg(256)->Arg(1024)->UseManualTime()->MinTime(0.3)->Unit(benchmark::kMicrosecond);
}

}  // namespace

BENCHMARK_CAPTURE(cost, vfork_exit, Job::vfork, Job::vfork, false)->Apply(sizes);
BENCHMARK_CAPTURE(cost, clone_vm_exit, Job::clone_vm, Job::vfork, false)->Apply(sizes);
BENCHMARK_CAPTURE(cost, fork_exit, Job::fork, Job::vfork, false)->Apply(sizes);
// The bill that comes later: the parent writes all of its memory once, with a copy alive. Here
// x_base is against the same writing without a copy.
BENCHMARK_CAPTURE(cost, parent_rewrites_after_fork, Job::rewrite_with_copy, Job::rewrite, true)
    ->Apply(sizes);

BENCHMARK_MAIN();
