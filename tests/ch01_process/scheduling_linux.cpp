// Tests of chapter 1 · scheduling on Linux: who inherits it, and what it is good for.
#include <gtest/gtest.h>

#include <thread>

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chapters/ch01_process/scheduling.h"
#include "tests/ch01_process/child_posix.h"

using namespace proclab;
using process::Scheduling;

TEST(SchedulingLinux, IsAThreadsAndItsChildrens) {
  const int code = test::code_of_child([] {
    bool beside = false, below = false;
    if (!process::set_scheduling(Scheduling::batch)) return 1;
    std::thread([&] { beside = *process::scheduling() == Scheduling::batch; }).join();
    below = test::code_of_child(
                [] { return *process::scheduling() == Scheduling::batch ? 7 : 0; }) == 7;
    if (!beside || !below) return 2;
    std::thread([] { (void)process::set_scheduling(Scheduling::normal); }).join();
    return *process::scheduling() == Scheduling::batch ? 0 : 3;  // that one's own affair
  });
  EXPECT_EQ(code, 0);
}

TEST(SchedulingLinux, OtherPoliciesAreSaidToBeOthers) {
  const int code = test::code_of_child([] {
    const sched_param none{};
    if (::sched_setscheduler(0, SCHED_IDLE, &none) == -1) return 1;
    return process::scheduling().error().code == std::errc::not_supported ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}

TEST(SchedulingLinux, ABatchThreadThatWakesUpDoesNotInterrupt) {
  constexpr int kWakeUps = 500;
  // Both on one processor. A child's affair: how often it was interrupted comes back as its code.
  const int hundredths = test::code_of_child([] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<unsigned>(::sched_getcpu()), &one);
    int ends[2];
    if (::sched_setaffinity(0, sizeof one, &one) == -1 || ::pipe(ends) == -1) return 255;
    std::thread waits([&] {
      (void)process::set_scheduling(Scheduling::batch);
      char room[kWakeUps];
      while (::read(ends[0], room, sizeof room) > 0) {
      }
    });
    rusage before{}, after{};
    ::getrusage(RUSAGE_THREAD, &before);
    for (int i = 0; i < kWakeUps; ++i) {
      if (::write(ends[1], "x", 1) != 1) return 254;
      for (volatile int k = 0; k < 10'000;) k = k + 1;
    }
    ::getrusage(RUSAGE_THREAD, &after);
    ::close(ends[1]);
    waits.join();
    return static_cast<int>((after.ru_nivcsw - before.ru_nivcsw) * 100 / kWakeUps);
  });
  EXPECT_LT(hundredths, 50) << "of 100 wake-ups";  // the rest: its share had ended, or others came
}
