// tests/ch04 · soak: 100,000 spawns later this process holds what it held before.
//
// A leak of one descriptor in a thousand failures, or a zombie that nobody waits for, shows in no
// single test. So: every strategy in turn, a tenth of the spawns failing in different steps, up to
// eight children alive at once, waited for in every way there is.
//
// Run: ch04_soak [SPAWNS]. Exit code 0 when nothing is left.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <set>
#include <string>

#include "chapters/ch01_process/usage.h"
#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/deadline.h"
#include "tests/support/leaks.h"
#include "tests/support/run.h"
#include "tests/support/scratch.h"

namespace proclab::spawn {
namespace {

constexpr std::size_t kAlive = 8;
constexpr std::uint64_t kMayGrow =
    PROCLAB_MAY_GROW_MIB * 1024ULL * 1024;  // what the allocator keeps

[[noreturn]] void fail(const std::string& why) {
  std::printf("soak: FAILED: %s\n", why.c_str());
  std::exit(1);
}

class Soak {
 public:
  explicit Soak(long spawns) : spawns_(spawns), before_(test::holdings()) {}

  void run() {
    const long step = std::max(spawns_ / 10, 1L);
    // What is opened, allocated or faulted in once is no leak: memory counts from here.
    const long warm = std::min(spawns_ / 10, 1000L);
    for (long i = 0; i < spawns_; ++i) {
      if (i == warm) resident_ = resident();
      one(i);
      if (i % 100 == 0) check_children();
      if ((i + 1) % step == 0) say_progress(i + 1);
    }
    while (!alive_.empty()) wait_for_one(0);
    verdict();
  }

 private:
  void one(long i) {
    static const std::vector<Strategy> all = strategies();
    Options options;
    options.strategy = all[static_cast<std::size_t>(i) % all.size()];
    options.file = test::program("ch04_tiny");
    options.slots = {Slot::null(0), Slot::null(5)};
    const bool shall_fail = i % 10 == 7;
    if (shall_fail) spoil(options, i / 10);
    Result<Process> child = start(options);
    if (shall_fail != !child) {
      fail(child ? "a spawn that had to fail has not" : child.error().message());
    }
    if (child) {
      alive_.push_back(std::move(*child));
    } else {
      ++failures_;
    }
    if (alive_.size() >= kAlive) wait_for_one(static_cast<std::size_t>(i) % alive_.size());
  }

  /// Before the child, in its descriptors, its directory, or at execve.
  static void spoil(Options& options, long how) {
    switch (how % 4) {
      case 0: options.file = "/no/such/program"; break;
      case 1: options.cwd = "/no/such/directory"; break;
      case 2: options.slots = {Slot::from(4, 999)}; break;
      case 3: options.file = "/"; break;
    }
  }

  void wait_for_one(std::size_t index) {
    Process child = std::move(alive_[index]);
    alive_.erase(alive_.begin() + static_cast<std::ptrdiff_t>(index));
    ++waits_;
    if (waits_ % 5 == 0) {
      if (Result<void> r = child.kill(kKill); !r) fail(r.error().message());
    }
    if (waits_ % 3 == 0) {
      const auto ended = child.wait_until(Deadline::after(Milliseconds(20'000)));
      if (!ended) fail(ended.error().message());
      if (!*ended) fail("child " + std::to_string(child.pid()) + " did not end in 20 s");
      return;
    }
    const Result<ExitStatus> status = child.wait();
    if (!status) fail(status.error().message());
    if (!status->success() && status->signal != kKill) fail("a child ended by " + status->text());
  }

  /// Every child that the kernel still knows must be one that nobody has waited for yet: a zombie that
  /// outlives its wait would be another.
  void check_children() {
    std::set<Pid> known;
    for (const Process& child : alive_) known.insert(child.pid());
    for (const std::string& line : test::holdings().children) {
      const Pid pid = std::atoi(line.c_str() + line.find("child ") + 6);
      if (known.count(pid) == 0) fail("not ours any more, and still there: " + line);
    }
  }

  void say_progress(long done) const {
    std::printf("  %7ld spawns, %ld of them failed as they should; %zu descriptors, %.1f MiB\n",
                done, failures_, test::holdings().handles.size(),
                static_cast<double>(resident()) / (1 << 20));
    std::fflush(stdout);
  }

  static std::uint64_t resident() {
    const Result<process::Memory> memory = process::memory();
    if (!memory) fail(memory.error().message());
    return memory->resident;
  }

  void verdict() {
    const test::Holdings after = test::holdings();
    if (const std::string left = test::leaked(before_, after); !left.empty()) fail(left);
    const std::uint64_t now = resident();
    if (now > resident_ + kMayGrow) {
      fail("memory grew from " + std::to_string(resident_) + " to " + std::to_string(now) +
           " bytes");
    }
    std::printf(
        "soak: passed: %ld spawns; %zu descriptors before and after, no child left, no zombie "
        "older than its wait, memory grew by %ld KiB\n",
        spawns_, after.handles.size(),
        (static_cast<long>(now) - static_cast<long>(resident_)) / 1024);
  }

  long spawns_;
  test::Holdings before_;
  std::deque<Process> alive_;
  long failures_ = 0, waits_ = 0;
  std::uint64_t resident_ = 0;
};

}  // namespace
}  // namespace proclab::spawn

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "100000";
  char* end = nullptr;
  const long spawns = std::strtol(word.c_str(), &end, 10);
  if (*end != '\0' || spawns < 1) {
    std::printf(
        "ch04_soak [SPAWNS]: starts so many children (100000), and shows that nothing is left\n");
    return word == "--help" ? 0 : 2;
  }
  if (!proclab::fill_std_slots()) return 1;
  const proclab::test::Scratch scratch;
  const proclab::test::Waiting waiting("the soak", proclab::Milliseconds(60'000 + spawns * 10));
  proclab::spawn::Soak(spawns).run();
}
