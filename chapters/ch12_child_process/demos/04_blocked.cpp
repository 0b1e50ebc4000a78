// Chapter 12 · blocked: what a synchronous call does to everybody else.
//
// Look for: the ticks while the child ran. spawn_sync() runs a loop of its own, so its child is fed
// and drained as ever; but the loop that called it stands still: no tick, no connection, no other
// child's end. With exec_file() the same child runs beside the ticks.
//
// Run: ch12_blocked
#include <cstdio>
#include <string>
#include <thread>

#include "chapters/ch10_loop/timer.h"
#include "chapters/ch12_child_process/sync.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::child_process;

constexpr Milliseconds kTick(10), kChild(300);

//> blocked
/// Starts the child at the second tick, and says how many came while it ran.
int ticks_meanwhile(loop::Loop& loop, bool blocking) {
  int ticks = 0, begun = 0, meanwhile = 0;
  loop::Timer timer = loop::Timer::every(loop, kTick, [&] {
    if (++ticks != 2) return;
    begun = ticks;
    const auto ended = [&] { meanwhile = ticks - begun, timer.close(); };
    if (blocking) {
      (void)exec_file_sync(*self_path(), {"--child"});
      return ended();
    }
    (void)exec_file(loop, *self_path(), {"--child"}, {}, [=](const ExecResult&) { ended(); });
  });
  (void)loop.run();
  return meanwhile;
}
//< blocked

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help")
    return std::puts("ch12_blocked: a timer of 10 ms beside a child of 300 ms"), 0;
  if (mode == "--child") return std::this_thread::sleep_for(kChild), 0;
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  std::printf("exec_file_sync: %d ticks while the child ran\n", ticks_meanwhile(*loop, true));
  const int free = ticks_meanwhile(*loop, false);
  std::printf("exec_file:      %s\n", free >= 3 ? "3 and more" : "fewer than 3");
}
