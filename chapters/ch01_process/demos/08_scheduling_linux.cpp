// Chapter 1 · scheduling: one thread computes and writes a byte now and then; another waits for the bytes.
//
// Look for: both are on one processor. The one that waits is woken 500 times. As a normal thread it takes the processor
// from the other nearly each time; as a batch thread it waits for the other's share to end, and then
// finds many bytes at once. (Some kernels, 6.6 to 6.11, let no thread interrupt another so soon.)
//
// Run: ch01_scheduling
#include <cstdio>
#include <thread>
#include <utility>

#include <sched.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "chapters/ch01_process/scheduling.h"

using namespace proclab;

static constexpr int kBytes = 500;

/// The threads that are started from here on share the processor that we are on.
static void stay_on_one_processor() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(::sched_getcpu()), &one);
  ::sched_setaffinity(0, sizeof one, &one);
}

static void compute_for_50_us() {
  timespec time{};
  const auto cpu_us = [&] {
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1'000'000L + time.tv_nsec / 1000;
  };
  for (const long end = cpu_us() + 50; cpu_us() < end;) {
  }
}

//> interruptions
/// How often whoever computes was interrupted, and in how many reads the other got its bytes.
static std::pair<long, int> interruptions(process::Scheduling how) {
  int ends[2];
  if (::pipe(ends) == -1) return {};
  int reads = 0;
  std::thread waits([&] {
    (void)process::set_scheduling(how);
    char room[kBytes];
    while (::read(ends[0], room, sizeof room) > 0) ++reads;
  });
  rusage before{}, after{};
  ::getrusage(RUSAGE_THREAD, &before);
  for (int i = 0; i < kBytes; ++i) {
    if (::write(ends[1], "x", 1) != 1) break;
    compute_for_50_us();
  }
  ::getrusage(RUSAGE_THREAD, &after);
  ::close(ends[1]);
  waits.join();
  ::close(ends[0]);
  return {after.ru_nivcsw - before.ru_nivcsw, reads};
}
//< interruptions

int main(int argc, char**) {
  if (argc > 1) return std::puts("ch01_scheduling: who interrupts whom, on one processor"), 0;
  stay_on_one_processor();
  std::printf("%d bytes, 50 us of computing after each\n", kBytes);
  for (const auto how : {process::Scheduling::normal, process::Scheduling::batch}) {
    const auto [interrupted, reads] = interruptions(how);
    std::printf("%-7s interrupted the other %ld times, and read %d times\n",
                process::scheduling_name(how), interrupted, reads);
  }
}
