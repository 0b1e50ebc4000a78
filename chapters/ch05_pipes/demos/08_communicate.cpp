// Chapter 5 · communicate: a child that says too much, one that never ends, one that does not
// listen.
//
// Look for: no case hangs, and none loses what was said before. Nobody is killed unasked: after the
// limit and after the deadline the child still runs, and can be talked to again. A child that reads
// nothing is no error.
//
// Run: ch05_communicate
#include <cstdio>
#include <cstring>
#include <future>
#include <string>

#include "chapters/ch05_pipes/communicate.h"
#include "platform/self.h"

using namespace proclab;
using pipes::Communicated;
using pipes::CommunicateOptions;
using pipes::PipedChild;
using pipes::Stop;

/// The children. They complain, and then say what they have to say.
static int child(const std::string& role) {
  if (role != "endless") std::fputs("complaints", stderr);
  std::fputs("words", stdout);
  if (role == "loud") {
    for (int i = 0; i < 100'000; ++i) std::fputs("0123456789", stdout);
  }
  std::fflush(nullptr);
  if (role == "endless") std::promise<void>().get_future().wait();
  if (role == "echo") {
    for (int c = 0; (c = std::getchar()) != EOF;) std::putchar(c);
  }
  return 3;
}

static const char* name_of(Stop stop) {
  switch (stop) {
    case Stop::ended: return "ended";
    case Stop::held: return "held";
    case Stop::deadline: return "deadline";
    case Stop::limit: return "limit";
    case Stop::failed: return "failed";
  }
  return "?";
}

static void show(const char* what, const Communicated& said) {
  std::printf("%-24s %-9s out %7zu, err %2zu, %s\n", what, name_of(said.stop), said.output.size(),
              said.errors.size(), said.status ? said.status->text().c_str() : "still runs");
}

static PipedChild start(const std::string& self, const char* role) {
  return std::move(pipes::start_piped({.file = self, .args = {role}})).value();
}

//> main
static void demo(const std::string& self) {
  const std::string large(1'000'000, 'i');
  PipedChild echo = start(self, "echo");
  show("echo, 1 MB", communicate(echo, large));
  PipedChild deaf = start(self, "deaf");
  show("deaf, 1 MB", communicate(deaf, large));

  PipedChild loud = start(self, "loud");
  show("loud, limit 1000", communicate(loud, {}, {.limit = 1000}));
  show("loud, the rest", communicate(loud, {}));
  loud = start(self, "loud");
  show("loud, limit and kill", communicate(loud, {}, {.limit = 1000, .kill = true}));

  PipedChild endless = start(self, "endless");
  show("endless, limit 3", communicate(endless, {}, {.limit = 3}));
  CommunicateOptions soon;
  soon.deadline = Deadline::after(Milliseconds(10));
  show("endless, 10 ms", communicate(endless, {}, soon));
  soon.kill = true;  // the deadline has passed already, which is fine: one look, no wait
  show("endless, kill", communicate(endless, {}, soon));
}
//< main

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const char* word = argc > 1 ? argv[1] : "";
  if (std::strcmp(word, "--help") == 0) {
    return std::puts("usage: ch05_communicate\nTalks to children of every bad habit."), 0;
  }
  if (*word != '\0') return child(word);
  const Result<std::string> self = self_path();
  if (self) demo(*self);
  return self ? 0 : 1;
}
