// Chapter 8 · parent: PDEATHSIG lies, and a lifeline does not.
//
// Look for: in the second line the parent lives, and its child is told that it died. The kernel
// counts from the *thread* that made the child, and that one has ended. A pipe's end counts from
// the process.
//
// Run: ch08_parent
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <signal.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/change.h"
#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch08_reaping/watch.h"
#include "platform/self.h"

using namespace proclab;

namespace {

struct Child {
  reaping::Lifeline lifeline;
  spawn::Process process;
};

/// A child that ends with 0 when the lifeline does; with `--signal` also by SIGTERM, when the
/// kernel says that its parent is dead.
Child start(const char* how) {
  reaping::Lifeline lifeline = *reaping::make_lifeline();
  pipes::Pipe ready = *pipes::make_pipe();
  spawn::Options options{.file = *self_path(), .args = {how, std::to_string(::getpid())}};
  options.slots = {spawn::Slot::from(0, lifeline.end.get()),
                   spawn::Slot::from(1, ready.write.get())};
  spawn::Process child = *spawn::start(options);
  ready.write.close();
  (void)pipes::read_all(ready.read.get());  // it has asked the kernel, and closed its stdout
  return {std::move(lifeline), std::move(child)};
}

int be_child(bool asks_for_signal, const char* parent) {
  if (asks_for_signal && !reaping::die_with_parent(std::stoi(parent), SIGTERM)) return 1;
  ::close(1);
  return reaping::wait_ended(0) ? 0 : 1;
}

void show(const char* what, const char* how, bool by_a_thread) {
  std::optional<Child> child;
  if (by_a_thread) {
    std::thread([&] { child = start(how); }).join();  // the thread has ended, the process goes on
  } else {
    child = start(how);
  }
  // Up to 100 ms for a signal that is not to come; then the lifeline is let go, as by our death.
  const auto early = child->process.wait_until(Deadline::after(Milliseconds(100)));
  const bool lives = early && !*early;
  child->lifeline.held.close();
  const auto change = reaping::wait_change(child->process);
  std::printf("%-46s %s; %s\n", what, lives ? "lives with us" : "ended before us",
              change ? change->text().c_str() : change.error().call);
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 2 ? argv[1] : "";
  if (!word.empty()) return be_child(word == "--signal", argv[2]);
  if (argc > 1) {
    std::puts("usage: ch08_parent\nWho tells a child of its parent's end?");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  show("PDEATHSIG, made by the main thread:", "--signal", false);
  show("PDEATHSIG, made by a thread that has ended:", "--signal", true);
  show("a lifeline, made by a thread that has ended:", "--lifeline", true);
}
