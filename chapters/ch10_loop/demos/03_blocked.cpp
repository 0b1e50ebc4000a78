// Chapter 10 · loop: what a synchronous call does to everybody else.
//
// Look for: the ticks of the first run. A callback waits for a child as execSync() does: with the thread.
// The timer is not even asked whether it is due, and what it has missed is gone: one call makes up for all.
// The second run waits for the same child with the loop, and the timer never notices.
//
// Run: ch10_blocked
// Run: ch10_blocked --with-the-loop
#include <cstdio>
#include <optional>
#include <string>
#include <thread>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch10_loop/exit.h"
#include "chapters/ch10_loop/timer.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::loop;

constexpr Milliseconds kTick(10), kChild(200);

/// A child that runs for 200 ms, and then until its stdin ends.
int be_the_child() {
  std::this_thread::sleep_for(kChild);
  while (std::getchar() != EOF) {
  }
  return 0;
}

Result<spawn::Process> start(NativeHandle input) {
  spawn::Options options;
  options.file = *self_path();
  options.args = {"--child"};
  options.slots = {spawn::Slot::from(0, input)};
  return spawn::start(options);
}

//> blocked
// UNSAFE: a callback that waits. Everybody else waits with it.
void with_the_thread(Loop& loop) {
  int ticks = 0, during = 0;
  std::optional<Clock::time_point> called;
  Timer timer = Timer::every(loop, kTick, [&] {
    ++ticks;
    if (ticks < 3) return;
    if (!called) {
      called = Clock::now();
      const pipes::Pipe input = *pipes::make_pipe();
      spawn::Process child = *start(input.read.get());
      const_cast<pipes::Pipe&>(input).write.close();
      const int before = ticks;
      (void)child.wait();  // 200 ms
      during = ticks - before;
      return;
    }
    const Milliseconds late = std::chrono::floor<Milliseconds>(Clock::now() - *called - kTick);
    std::printf("ticks while the child ran:  %d\n", during);
    std::printf("the next one came too late: by 150 ms and more: %s\n",
                late >= Milliseconds(150) ? "yes" : "no");
    timer.close();
  });
  (void)loop.run();
  std::printf("calls for all the moments that were missed: %d\n", ticks - 3);
}
//< blocked

//> free
// The twin: the end of the child is an event as others.
void with_the_loop(Loop& loop) {
  pipes::Pipe input = *pipes::make_pipe();
  spawn::Process child = *start(input.read.get());
  int ticks = 0;
  Timer timer = Timer::every(loop, kTick, [&] {
    if (++ticks == 5) input.write.close();  // now it may end
  });
  const Exit exit = *Exit::watch(loop, child, [&] {
    std::printf("ticks while the child ran:  %s\n", ticks >= 5 ? "5 and more" : "fewer than 5");
    std::printf("the child:                  %s\n", child.wait()->text().c_str());
    timer.close();
  });
  (void)loop.run();
}
//< free

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "ch10_blocked: a timer of 10 ms beside a child of 200 ms\n"
               "usage: ch10_blocked                   the thread waits for the child\n"
               "       ch10_blocked --with-the-loop   the loop does"),
           0;
  }
  if (mode == "--child") return be_the_child();
  Result<Loop> loop = Loop::open();
  if (!loop) return std::puts(loop.error().message().c_str()), 1;
  mode == "--with-the-loop" ? with_the_loop(*loop) : with_the_thread(*loop);
}
