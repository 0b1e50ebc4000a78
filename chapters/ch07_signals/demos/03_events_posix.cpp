// Chapter 7 · events: three ways to turn a signal into something that poll() can wait for.
//
// Look for: the last column is the same for all: the contract is one. What differs is what each way needs
// of the process: a handler; a mask that every thread must keep; a thread.
//
// Run: ch07_events
#include <csignal>
#include <cstdio>
#include <cstring>

#include <poll.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/source.h"

using namespace proclab;
using signals::Way;

namespace {

bool handled(int signal) {
  struct sigaction now {};
  ::sigaction(signal, nullptr, &now);
  return now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN;
}

//> loop
/// One turn of a loop: sleep until something is readable, then take what is there.
void turn(const char* name, signals::Source& source) {
  pollfd fd{source.handle(), POLLIN, 0};
  while (::poll(&fd, 1, -1) != 1) {  // EINTR: the self-pipe's handler has run
  }
  const Result<std::vector<signals::Event>> events = source.read_all();
  if (!events) return;
  for (const signals::Event& event : *events) {
    std::printf("%-15s handler: %-4s blocked: %-4s %s from %s, value %d\n", name,
                handled(event.signal) ? "yes" : "no", signals::blocked().empty() ? "no" : "yes",
                signals::name_of(event.signal).c_str(),
                event.sender == ::getpid() ? "this process" : "somebody", event.value);
  }
}
//< loop

void show(const char* name, Way way) {
  Result<signals::Source> source = signals::Source::open({SIGUSR1}, way);
  if (!source) {
    std::printf("%-15s %s\n", name, source.error().message().c_str());
    return;
  }
  if (!signals::queue(::getpid(), SIGUSR1, 42)) (void)signals::send(::getpid(), SIGUSR1);
  turn(name, *source);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch07_events\nSends itself a signal, and hears of it in three ways."),
           0;
  }
  show("self-pipe", Way::self_pipe);
  show("signalfd", Way::signalfd);
  show("sigwait thread", Way::sigwait_thread);
  std::printf("afterwards      handler: %-4s blocked: %s\n", handled(SIGUSR1) ? "yes" : "no",
              signals::blocked().empty() ? "no" : "yes");
  return 0;
}
