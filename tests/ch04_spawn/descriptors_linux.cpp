// tests/ch04 · a child has the descriptors it was given and no others, whatever their numbers are.
//
// Each source is a file of its own, so that fdcheck can tell by device and inode what stands where.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/in_a_fork_posix.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"
#include "tests/support/sanitizer.h"

namespace proclab::spawn {
namespace {

using test::program;
using test::Waiting;

class Descriptors : public EachStrategy {
 protected:
  /// A file with an inode of its own, at `low` or the next free number above.
  static Handle some_file(int low = 100) {
    const Handle file(::memfd_create("source", MFD_CLOEXEC));
    return Handle(::fcntl(file.get(), F_DUPFD_CLOEXEC, low));
  }
  /// Starts fdcheck. Empty when the child saw what it should; else what was wrong.
  static std::string check(const std::vector<Slot>& slots, std::vector<std::string> identities) {
    std::sort(identities.begin(), identities.end(),
              [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); });
    Options all = options(program("fdcheck"), identities);
    all.slots = slots;
    Result<Process> child = start(all);
    if (!child) return child.error().message() + "\n";
    const Result<ExitStatus> status = child->wait();
    if (!status) return status.error().message() + "\n";
    if (status->success()) return {};
    if (status->signal != 0) return status->text() + "\n";
    std::string text = "descriptor " + std::to_string(status->code - 1) + " is not as told:";
    for (const Slot& slot : slots) {
      text += " " + std::to_string(slot.source) + "→" + std::to_string(slot.number);
    }
    return text + "\n";
  }
};
INSTANTIATE_TEST_SUITE_P(By, Descriptors, testing::ValuesIn(strategies()), name_of_strategy);

constexpr std::array<int, 5> kNumbers = {0, 1, 2, 3, 5};

/// All permutations of kNumbers as sources and targets, with those of 0-2 closed whose bit is set.
/// Runs in a fork: it rearranges 0-5.
template <class Check>
std::string every_permutation(int closed, const std::array<Handle, 5>& files, const Check& check) {
  const auto is_closed = [&](int fd) { return fd < 3 && (closed >> fd & 1) != 0; };
  for (int fd = 0; fd < 12; ++fd) ::close(fd);
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {
    // Some are close-on-exec and some are not: the child must not care.
    if (!is_closed(kNumbers[i])) ::dup3(files[i].get(), kNumbers[i], i % 2 == 0 ? O_CLOEXEC : 0);
  }
  std::string wrong;
  std::array<int, 5> targets = kNumbers;
  do {
    std::vector<Slot> slots;
    std::vector<std::string> identities;
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      if (is_closed(kNumbers[i])) {
        slots.push_back(Slot::closed(targets[i]));
      } else {
        slots.push_back(Slot::from(targets[i], kNumbers[i]));
        identities.push_back(identity(targets[i], files[i].get()));
      }
    }
    wrong += check(slots, identities);
  } while (std::next_permutation(targets.begin(), targets.end()) && wrong.size() < 500);
  for (std::size_t i = 0; i < kNumbers.size(); ++i) {  // the parent's own stand where they stood
    const std::string want = is_closed(kNumbers[i]) ? "closed" : identity(0, files[i].get());
    if (identity(0, kNumbers[i]) != want) wrong += "the parent's own descriptors were changed\n";
  }
  return wrong;
}

TEST_P(Descriptors, EveryPermutationWithEverySubsetOfTheStandardOnesClosed) {
  std::array<Handle, 5> files;
  for (Handle& file : files) file = some_file();
  // Release: each subset. ASan: none and all. TSan, where fork() takes longest: none.
  constexpr int kStep = test::kTsan ? 8 : test::kSanitized ? 7 : 1;
  for (int closed = 0; closed < 8; closed += kStep) {
    EXPECT_EQ(in_a_fork([&] { return every_permutation(closed, files, check); }), "")
        << "closed at the start: bits " << closed;
  }
}

TEST_P(Descriptors, ASourceAtItsTargetLosesCloseOnExec) {
  const Handle file = some_file(40);
  const int fd = file.get();
  const std::string others = identity(0, 0);
  EXPECT_EQ(check({Slot::from(fd, fd)},
                  {identity(0, 0), identity(1, 1), identity(2, 2), identity(fd, fd)}),
            "");
  EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC) << "the parent's own keeps it";
}

TEST_P(Descriptors, InheritedByNumber) {
  const Handle file = some_file(40);
  const int fd = file.get();
  EXPECT_EQ(check({Slot::inherit(fd)},
                  {identity(0, 0), identity(1, 1), identity(2, 2), identity(fd, fd)}),
            "");
}

TEST_P(Descriptors, TheReportPipeIsNotInTheWay) {
  // It has the lowest free numbers: so for some of these slots, the very one.
  const Handle file = some_file();
  for (int slot = 3; slot < 40; ++slot) {
    EXPECT_EQ(check({Slot::from(slot, file.get())},
                    {identity(0, 0), identity(1, 1), identity(2, 2), identity(slot, file.get())}),
              "")
        << slot;
  }
}

TEST_P(Descriptors, HighSlotsUpToTheLimit) {
  const Handle file = some_file();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit lowered{1000, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &lowered);
  const auto at = [&](int slot) {
    return check({Slot::null(0), Slot::from(slot, file.get())},
                 {identity(0, Handle(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get()),
                  identity(1, 1), identity(2, 2), identity(slot, file.get())});
  };
  const std::string middle = at(500), high = at(990);
  std::vector<std::error_code> too_high;
  for (const int slot : {999, 1000, 2'147'483'647}) {
    Options all = options(program("fdcheck"));
    all.slots = {Slot::from(slot, file.get())};
    Result<Process> child = start(all);
    too_high.push_back(child ? std::error_code() : child.error().code);
    if (child) (void)child->wait();
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(middle, "");
  EXPECT_EQ(high, "");
  for (const std::error_code& code : too_high) EXPECT_EQ(code, std::errc::too_many_files_open);
}

TEST_P(Descriptors, TheNullDeviceDoesNotPassForAMissingStdin) {
  EXPECT_EQ(in_a_fork([] {
              const std::string null = identity(0, Handle(::open("/dev/null", O_RDONLY)).get());
              ::close(1);
              return check({Slot::null(0)}, {null, identity(2, 2)});
            }),
            "");
}

TEST_P(Descriptors, ThreadsThatOpenAllTheTimeGiveTheChildNothing) {
  const Waiting waiting("children between open descriptors", Milliseconds(100'000));
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&done, t] {
      // Four threads that never rest would leave a small machine no time for the children. Linux
      // counts niceness by the thread.
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 15);
      for (unsigned i = t; !done; ++i) {
        Handle one(::open("/dev/zero", i % 2 == 0 ? O_RDONLY : O_RDONLY | O_CLOEXEC));
        Handle two(::dup(one.get()));  // never close-on-exec
        int ends[2] = {-1, -1};
        (void)!::pipe2(ends, i % 3 == 0 ? O_CLOEXEC : 0);
        const Handle read_end(ends[0]), write_end(ends[1]);
      }
    });
  }
  const std::array<Handle, 2> files = {some_file(), some_file()};
  const Handle null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const std::vector<std::string> want = {identity(0, null.get()), identity(1, 1), identity(2, 2),
                                         identity(4, files[0].get()), identity(9, files[1].get())};
  const std::vector<Slot> slots = {Slot::null(0), Slot::from(4, files[0].get()),
                                   Slot::from(9, files[1].get())};
  std::array<std::string, 2> wrong;
  std::vector<std::thread> spawners;
  const int spawns = rounds(1250);  // times two threads, times four strategies
  for (std::string& mine : wrong) {
    spawners.emplace_back([&] {
      for (int i = 0; i < spawns && mine.empty(); ++i) mine = check(slots, want);
    });
  }
  for (std::thread& spawner : spawners) spawner.join();
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong[0] + wrong[1], "");
}

TEST_P(Descriptors, FailuresLeaveNoneBehind) {
  const Handle file = some_file();
  Options missing = options("/no/such/program");
  missing.slots = {Slot::null(0), Slot::from(1, file.get()), Slot::from(7, file.get())};
  const int next = Handle(::dup(0)).get();
  for (int i = 0; i < rounds(1024); ++i) ASSERT_FALSE(start(missing));
  EXPECT_EQ(Handle(::dup(0)).get(), next);
}

TEST_P(Descriptors, RunningOutOfThemIsAnErrorAndLeavesNothing) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const Handle file = some_file();
  const int lowest = Handle(::dup(0)).get();
  Options all = options(program("fdcheck"), {"0"});
  all.slots = {Slot::null(0), Slot::from(1, 0), Slot::from(2, 1)};
  int started = 0;
  std::vector<std::error_code> errors;
  for (rlim_t more = 0; more < 12; ++more) {
    const rlimit few{static_cast<rlim_t>(lowest) + more, before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    Result<Process> child = start(all);
    if (child) ++started, (void)child->wait();
    if (!child) errors.push_back(child.error().code);
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_GT(started, 0);
  EXPECT_GT(errors.size(), 0U);
  for (const std::error_code& code : errors)
    EXPECT_EQ(code, std::errc::too_many_files_open) << code;
}

TEST_P(Descriptors, NoProcessLeftIsAnErrorAndLeavesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become a user whose processes are counted";
  EXPECT_EQ(in_a_fork([]() -> std::string {
              const rlimit one{1, 1};
              if (::setrlimit(RLIMIT_NPROC, &one) == -1) return "setrlimit";
              if (::setgid(65534) == -1 || ::setuid(65534) == -1) return "setuid";
              const int next = Handle(::dup(0)).get();
              Result<Process> child = start(options("/bin/true"));
              if (child) return (void)child->wait(), "it did start";
              if (Handle(::dup(0)).get() != next) return "a descriptor was left behind";
              return child.error().code == std::errc::resource_unavailable_try_again
                         ? ""
                         : child.error().message();
            }),
            "");
}

}  // namespace
}  // namespace proclab::spawn
