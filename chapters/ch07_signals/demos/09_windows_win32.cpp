// Chapter 7 · windows: what becomes of each signal where there are none.
//
// Look for: four names mean TerminateProcess, and the receiver is not asked; the rest is an error that says so.
// Two come from the console instead, as events, and can be listened for. That is what Node's
// process.kill() and process.on() do there.
//
// Run: ch07_windows
#include <cstdio>
#include <cstring>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/source.h"
#include "platform/self.h"

using namespace proclab;

namespace {

/// Sends `signal` to a child that does nothing, and says what came of it.
std::string sent_to_a_child(int signal) {
  const Result<std::string> self = self_path();
  if (!self) return self.error().message();
  Result<spawn::Process> child = spawn::start({.file = *self, .args = {"--child"}});
  if (!child) return child.error().message();
  const Result<void> sent = signals::send(child->pid(), signal);
  if (!sent) (void)child->kill(signals::kKill);
  const Result<spawn::ExitStatus> end = child->wait();
  if (!sent && sent.error().code == std::errc::function_not_supported) return "refused";
  if (!sent) return sent.error().message();
  return end ? "its end: " + end->text() : end.error().message();
}

std::string to_a_group(int signal) {
  const Result<void> sent = signals::send_group(12345678, signal);
  return sent || sent.error().code != std::errc::function_not_supported ? "an event" : "refused";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch07_windows\nSends a child every signal that Node knows here."), 0;
  }
  if (word == "--child") return std::getchar(), 0;
  for (const int signal : signals::all()) {
    std::printf("%-9s to a process: %-16s to a group: %-9s listen: %s\n",
                signals::name_of(signal).c_str(), sent_to_a_child(signal).c_str(),
                to_a_group(signal).c_str(), signals::can_listen(signal) ? "yes" : "no");
  }
  return 0;
}
