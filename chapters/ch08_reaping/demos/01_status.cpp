// Chapter 8 · status: the ways in which a child can come to an end, and two that are none.
//
// Look for: a stop and a continue are told like an end, and are none: whoever takes every news for
// an end loses a child. "exit 9" and "killed by SIGKILL" are told apart; only a shell mixes them
// up, from 128 on.
//
// Run: ch08_status
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/names.h"
#include "chapters/ch08_reaping/change.h"
#include "platform/self.h"

using namespace proclab;

static void say(const char* what, const std::string& answer) {
  std::printf("%-28s %s\n", what, answer.c_str());
}

static std::string told(spawn::Process& child) {
  const Result<reaping::Change> change = reaping::wait_change(child);
  if (!change) return change.error().message();
  if (!change->ended()) return change->text();
  return change->text() + ", for a shell " + std::to_string(change->shell_code());
}

/// "sent", or why not.
static std::string send(spawn::Process& child, const char* name) {
  const Result<int> signal = signals::number_of(name);
  if (!signal) return signal.error().message();
  const Result<void> sent = child.kill(*signal);
  return sent ? "sent" : sent.error().message();
}

static int demo(const std::string& self) {
  Result<spawn::Process> child = spawn::start({.file = self, .args = {"--exit", "9"}});
  if (!child) return 1;
  say("a child that calls exit(9):", told(*child));

  child = spawn::start({.file = self, .args = {"--wait"}});
  if (!child) return 1;
  for (const char* name : {"SIGSTOP", "SIGCONT", "SIGKILL"}) {
    const std::string sent = send(*child, name);
    say((std::string(name) + ":").c_str(), sent == "sent" ? told(*child) : sent);
  }
  say("once more:", told(*child));
  child = spawn::start({.file = self + ".no-such-program"});
  say("one that never started:", child ? "started" : child.error().reason());
  return 0;
}

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const char* word = argc > 1 ? argv[1] : "";
  if (std::strcmp(word, "--exit") == 0) return std::atoi(argv[2]);
  if (std::strcmp(word, "--wait") == 0) std::promise<void>().get_future().wait();
  if (*word != '\0') {
    std::puts("usage: ch08_status\nWhat a parent is told of children.");
    return std::strcmp(word, "--help") == 0 ? 0 : 2;
  }
  const Result<std::string> self = self_path();
  return self ? demo(*self) : 1;
}
