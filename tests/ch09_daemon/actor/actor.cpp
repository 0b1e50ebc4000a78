// tests/ch09 · actor: a program that plays a daemon, well or badly.
//
//   hold FILE       takes the pidfile, says "won" or "lost", and holds it until stdin ends
//   race FILE       as hold, but begins when stdin ends, and holds until descriptor 3 does
//   churn FILE N    takes and leaves the pidfile N times; says how often somebody else was in it as
// well
//   ready           says ready, and runs until it is asked to stop; exit code 0
//   deaf FILE       takes the pidfile, says ready, and stops for nobody
//   fail            says why it cannot serve, and exits with 3
//   silent N        exits with N without a word
//   mute            closes its pipe without a word, and runs until it is killed
//   late            never gets ready; says how far it is
//   close-all       closes what it has above 2
//   inherited       says which sockets were handed to it, by their names
//   babble          talks without an end, and is never ready
#include <cstdio>
#include <cstdlib>
#include <future>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch09_daemon/daemonize.h"
#include "chapters/ch09_daemon/launch.h"
#include "chapters/ch09_daemon/listeners.h"
#include "chapters/ch09_daemon/notify.h"
#include "chapters/ch09_daemon/notify_system.h"
#include "chapters/ch09_daemon/pidfile.h"
#include "chapters/ch09_daemon/requests.h"
#include "platform/self.h"

using namespace proclab;
using namespace proclab::daemon;

namespace {

void say(const char* word) {
  std::puts(word);
  std::fflush(stdout);
}

void wait_for_end_of(int slot) {
  const Result<Handle> pipe = adopt_slot(slot);
  if (pipe) (void)pipes::read_all(pipe->get());
}

[[noreturn]] void for_ever() {
  std::promise<void>().get_future().wait();
  std::abort();
}

int hold(const std::string& file, int until_end_of) {
  const Result<PidFile> pidfile = PidFile::take(file);
  if (!pidfile && pidfile.error().code != std::errc::device_or_resource_busy) {
    std::puts(pidfile.error().message().c_str());
    return 1;
  }
  say(pidfile ? "won" : "lost");
  wait_for_end_of(until_end_of);
  return 0;
}

/// Whoever has the pidfile makes a second file, which must not be there, and removes it.
int churn(const std::string& file, int times) {
  int taken = 0, crowded = 0;
  for (int i = 0; i < times; ++i) {
    const Result<PidFile> pidfile = PidFile::take(file);
    if (!pidfile) continue;
    ++taken;
    const std::string inside = file + ".inside";
    std::FILE* const mark = std::fopen(inside.c_str(), "wx");
    if (mark == nullptr) {
      ++crowded;
      continue;
    }
    std::fclose(mark);
    std::remove(inside.c_str());
  }
  std::printf("%d %d\n", taken, crowded);
  return 0;
}

int ready(Notifier& notifier) {
  Result<Requests> requests = Requests::open();
  if (!requests) return 1;
  (void)notifier.ready();
  for (;;) {
    const Result<Woke> woke = requests->wait(Deadline::never());
    if (!woke) return 1;
    if (woke->request == Request::stop) return 0;
  }
}

int deaf(const std::string& file, Notifier& notifier) {
  Result<Requests> requests = Requests::open();  // hears, and does nothing about it
  const Result<PidFile> pidfile = PidFile::take(file);
  if (!pidfile) return 1;
  (void)notifier.ready();
  say("won");
  for_ever();
}

int inherited() {
  const Result<std::vector<Listener>> all = inherited_listeners();
  if (!all) return std::puts(all.error().message().c_str()), 1;
  for (const Listener& one : *all) std::puts(one.name.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() < 2) return 2;
  const std::string& verb = args[1];
  if (verb == "hold") return hold(args[2], 0);
  if (verb == "race") return wait_for_end_of(0), hold(args[2], 3);
  if (verb == "churn") return churn(args[2], std::atoi(args[3].c_str()));

  if (verb == "inherited") return inherited();

  Result<Notifier> notifier = Notifier::from_environment();
  if (!notifier) return std::puts(notifier.error().message().c_str()), 1;
  if (verb == "ready") return ready(*notifier);
  if (verb == "deaf") return deaf(args[2], *notifier);
  if (verb == "fail") {
    (void)notifier->failed(make_error("bind", std::errc::address_in_use, "port 80\nREADY=1"));
    return 3;
  }
  if (verb == "silent") return std::atoi(args[2].c_str());
  if (verb == "mute") {
    *notifier = Notifier();
    for_ever();
  }
  if (verb == "late") {
    (void)notifier->status("still reading");
    for_ever();
  }
  if (verb == "close-all") return close_from(3) ? 0 : 1;
  if (verb == "babble") {
    for (;;) (void)notifier->status(std::string(1000, 'x'));
  }
  return 2;
}
