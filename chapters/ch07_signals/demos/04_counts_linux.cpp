// Chapter 7 · counts: five are sent, how many come?
//
// Look for: a standard signal is a bit. While it is pending, the next one changes nothing, and its value is
// lost with it. Real-time signals stand in a queue: all five, in their order. And SIGCHLD is a standard
// one: five children ended, one signal came. Who counts SIGCHLDs leaves four zombies behind.
//
// Run: ch07_counts
#include <csignal>
#include <cstdio>
#include <cstring>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/source.h"

using namespace proclab;

namespace {

constexpr int kTimes = 5;

void show(const char* what, signals::Source& source) {
  const Result<std::vector<signals::Event>> events = source.read_all();
  if (!events) return;
  std::printf("%-30s %zu came", what, events->size());
  for (const signals::Event& event : *events) {
    if (event.value != 0)
      std::printf("%s %d", &event == &events->front() ? ", values" : "", event.value);
  }
  std::printf("\n");
}

void of(int signal) {
  // By signalfd: nothing takes them before we look. A handler would be quick enough to see some.
  Result<signals::Source> source = signals::Source::open({signal}, signals::Way::signalfd);
  if (!source) return;
  for (int i = 1; i <= kTimes; ++i) (void)signals::queue(::getpid(), signal, i);
  show((std::to_string(kTimes) + " " + signals::name_of(signal) + ":").c_str(), *source);
}

void of_children() {
  Result<signals::Source> source = signals::Source::open({SIGCHLD}, signals::Way::signalfd);
  if (!source) return;
  for (int i = 0; i < kTimes; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    siginfo_t ended;
    ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);  // has ended: a zombie
  }
  show("SIGCHLD of 5 ended children:", *source);
  int reaped = 0;
  while (::waitpid(-1, nullptr, WNOHANG) > 0)
    ++reaped;  // a demo of its own: no one else's children
  std::printf("%-30s %d zombies\n", "asked until there are no more:", reaped);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch07_counts\nSends itself five of each, and counts."), 0;
  }
  of(SIGUSR1);
  of(SIGRTMIN);
  of_children();
  return 0;
}
