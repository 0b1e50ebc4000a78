// Chapter 12 · events: what a child tells, and in which order.
//
// Look for: exit and close are two things. The child ends at once, but has left a grandchild behind
// that holds its stdout, and that still has something to say: so close has to wait. A program that
// is not there tells an error, no exit, and close all the same: who waits for close alone is never
// left waiting.
//
// Run: ch12_events
#include <cstdio>
#include <string>

#include "chapters/ch12_child_process/child_process.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::child_process;

void say(const std::string& text) { std::printf("%s\n", text.c_str()), std::fflush(stdout); }

//> listen
void listen(ChildProcess child) {
  child.on().spawn = [] { say("  spawn"); };
  child.on().error = [](const Error& why) { say("  error: " + why.message()); };
  child.on().exit = [](const ExitStatus& how) { say("  exit:  " + how.text()); };
  child.on().close = [](const std::optional<ExitStatus>& how) {
    say("  close: " + (how ? how->text() : "it never ran"));
  };
  child.output()->read([](std::string_view bytes) {
    while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.remove_suffix(1);
    say("  data:  " + std::string(bytes));
  });
}
//< listen

/// Starts the grandchild with our own stdout, and leaves.
int be_the_child() {
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  // Detached, or on Windows it would end with us.
  const Options inherit{.stdio = Stdio::all(Stdio::inherit()), .detached = true};
  Result<ChildProcess> grandchild =
      child_process::spawn(*loop, *self_path(), {"--grandchild"}, inherit);
  if (!grandchild || !grandchild->pid()) return 1;
  std::fflush(stdout);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the way out that waits for nobody
  std::_Exit(7);
}

/// Waits for the end of its stdin, which is its parent's: at that one's exit it is closed.
int be_the_grandchild() {
  while (std::getchar() != EOF) {
  }
  std::puts("late news");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") return std::puts("ch12_events: what a child tells, and in which order"), 0;
  if (mode == "--child") return be_the_child();
  if (mode == "--grandchild") return be_the_grandchild();
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  for (const std::string& file : {*self_path(), std::string("no-such-program-anywhere")}) {
    say(file == *self_path() ? "a child that leaves a grandchild behind" : file);
    Result<ChildProcess> child = child_process::spawn(*loop, file, {"--child"});
    if (!child) return say(child.error().message()), 1;
    listen(*child);
    if (!loop->run()) return 1;
  }
  return 0;
}
