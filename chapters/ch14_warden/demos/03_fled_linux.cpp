// Chapter 14 · fled: a deadline, and who does not heed it.
//
// Look for: a timeout that kills its child, and even the child's whole group, is back in time, and leaves the
// one that has fled; whoever then reads the output to its end waits for that one. The warden looks below
// itself, where all orphans land, and waits for no end of a pipe.
//
// Run: ch14_fled
#include <cstdio>
#include <string>
#include <string_view>

#include <poll.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch07_signals/timeout.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch14_warden/warden.h"
#include "platform/self.h"

using namespace proclab;

namespace {

std::string hostile() {
  const Result<std::string> self = self_path();
  return self ? self->substr(0, self->rfind('/')) + "/ch14_hostile" : "ch14_hostile";
}

/// Others below this process that still live.
std::size_t left() {
  const auto all = reaping::processes();
  return all ? reaping::below(*all, ::getpid()).size() - 1 : 0;
}

//> by-timeout
int by_timeout() {
  pipes::Pipe out = *pipes::make_pipe();
  spawn::Options options{.file = hostile(), .args = {"flee", "stay"}};
  options.attach = spawn::Attach::new_group;
  options.slots = {spawn::Slot::from(1, out.write.get())};
  Result<spawn::Process> child = spawn::start(options);
  if (!child) return std::puts(child.error().message().c_str()), 1;
  out.write.close();
  char line[64];
  (void)pipes::read_some(out.read.get(), line, sizeof line);  // it has fled
  const auto limited = signals::wait_limited(*child, {.span = Milliseconds(50),
                                                      .signal = signals::kTerminate,
                                                      .grace = Milliseconds(50),
                                                      .reach = signals::Reach::group});
  pollfd end{out.read.get(), POLLIN, 0};
  const bool held = ::poll(&end, 1, 0) == 0;  // else it is readable, or at its end
  std::printf("timeout of its group:  timed out: %s, left: %zu, stdout %s\n",
              limited && limited->timed_out ? "yes" : "no", left(),
              held ? "is still held: a reader would wait" : "has ended");
  return reaping::kill_descendants() ? 0 : 1;
}
//< by-timeout

//> by-warden
int by_warden() {
  warden::Options options;
  options.command = {.file = hostile(), .args = {"flee", "stay"}};
  options.limits.wall = Milliseconds(300);
  const Result<warden::Report> report = warden::run(options);
  if (!report) return std::puts(report.error().message().c_str()), 1;
  std::printf("warden:                timed out: %s, left: %zu, survivors named: %zu, output: %s",
              report->ended == warden::Ended::wall ? "yes" : "no", left(), report->survivors.size(),
              report->output.c_str());
  return 0;
}
//< by-warden

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts("usage: ch14_fled\nTwo deadlines for a program that flees.");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  if (!fill_std_slots() || !reaping::adopt_orphans()) return 1;
  return by_timeout() + by_warden();
}
