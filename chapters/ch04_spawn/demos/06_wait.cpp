// Chapter 4 · wait: a child that does not end by itself; wait up to a deadline, then end it.
//
// Look for: the deadline passes, and the child is still ours to wait for. kill() is a request that has
// been sent; only wait() says what came of it. Once it has, kill() sends nothing any more: the number
// may be a stranger's.
//
// Run: ch04_wait
#include <cstdio>
#include <cstring>
#include <future>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"

using namespace proclab;

/// The child: waits for something that nobody will do.
static int wait_for_ever() {
  std::promise<void> never;
  never.get_future().wait();
  return 0;
}

static void say(const char* what, const std::string& answer) {
  std::printf("%-36s %s\n", what, answer.c_str());
}

//> main
static int demo(const std::string& self) {
  Result<spawn::Process> child = spawn::start({.file = self, .args = {"--child"}});
  if (!child) return std::puts(child.error().message().c_str()), 1;

  const auto early = child->wait_until(Deadline::after(Milliseconds(50)));
  say("after 50 ms:", early && !*early ? "it still runs" : "something else");
  const auto sent = child->kill(spawn::kTerminate);
  say("kill(kTerminate):", sent ? "sent" : sent.error().message());
  const auto end = child->wait();
  say("wait():", end ? end->text() : end.error().message());
  const auto late = child->kill(spawn::kTerminate);
  say("kill() once more:", late ? "sent" : late.error().message());
  const auto again = child->wait();
  say("wait() once more, the same at once:", again ? again->text() : again.error().message());
  return 0;
}
//< main

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const char* word = argc > 1 ? argv[1] : "";
  if (std::strcmp(word, "--help") == 0) {
    return std::puts("usage: ch04_wait\nWaits for a child up to a deadline, then ends it."), 0;
  }
  if (std::strcmp(word, "--child") == 0) return wait_for_ever();
  const Result<std::string> self = self_path();
  return self ? demo(*self) : 1;
}
