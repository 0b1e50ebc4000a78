// Chapter 9 · daemon: the clock. Read clock.h first.
#include "chapters/ch09_daemon/clock.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch09_daemon/listeners.h"
#include "chapters/ch09_daemon/log.h"
#include "chapters/ch09_daemon/lsb.h"
#include "chapters/ch09_daemon/notify.h"
#include "chapters/ch09_daemon/pidfile.h"
#include "chapters/ch09_daemon/requests.h"

namespace proclab::daemon {
namespace {

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  char text[64];
  const std::tm* local = std::localtime(&seconds);  // the clock has one thread
  if (local == nullptr) return "?";
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", local));
}

/// All that the clock holds. The order is the order of acquisition; it is let go in the reverse:
/// the pidfile last but one, so that "nobody holds it" means that the log and the sockets are free
/// as well.
struct Clock {
  Requests requests;
  PidFile pidfile;
  std::vector<Listener> listeners;
  Log log;
};

//> set-up
Result<Clock> set_up(const ClockOptions& options) {
  // First the requests: a SIGTERM between here and "ready" shall be heard, not be the end of us
  // with a pidfile left behind.
  Result<Requests> requests = Requests::open();
  if (!requests) return requests.error();
  // Then the lock that decides: who loses has opened nothing yet that the winner needs.
  Result<PidFile> pidfile = PidFile::take(options.pidfile);
  if (!pidfile) return pidfile.error();
  Result<std::vector<Listener>> listeners = inherited_listeners();
  if (!listeners && listeners.error().code != std::errc::not_supported) return listeners.error();
  Result<Log> log = Log::open(options.log);
  if (!log) return log.error();
  return Clock{std::move(*requests), std::move(*pidfile),
               listeners ? std::move(*listeners) : std::vector<Listener>(), std::move(*log)};
}
//< set-up

/// A full disk is a reason to complain, not to die: whoever asks for the status hears of it.
void complain(Notifier& notifier, const Log& log, const Result<void>& done) {
  if (done) return;
  (void)notifier.status("cannot write " + log.path() + ": " + done.error().message());
}

//> serve
int serve(Clock& clock, Notifier& notifier) {
  using std::chrono::duration_cast, std::chrono::seconds;
  std::vector<NativeHandle> sockets;
  for (const Listener& listener : clock.listeners) sockets.push_back(listener.socket.get());
  Milliseconds beat = seconds(1);
  if (const auto interval = Notifier::watchdog_interval()) {
    beat = std::clamp(duration_cast<Milliseconds>(*interval / 2), Milliseconds(1), beat);
  }
  for (Deadline next = Deadline::after(beat);;) {
    const Result<Woke> woke = clock.requests.wait(next, sockets);
    if (!woke) return exit_code_of(woke.error());
    if (woke->request == Request::stop) break;
    if (woke->request == Request::reload) {
      (void)notifier.reloading();
      complain(notifier, clock.log, clock.log.reopen());
      complain(notifier, clock.log, clock.log.line(now() + " log opened anew"));
      (void)notifier.ready("ticking");
    } else if (woke->ready) {
      answer(clock.listeners[*woke->ready], now() + "\n");
    } else {
      complain(notifier, clock.log, clock.log.line(now()));
      (void)notifier.watchdog();
      next = Deadline::after(beat);
    }
  }
  (void)notifier.stopping();
  complain(notifier, clock.log, clock.log.line(now() + " stopped"));
  return kDone;
}
//< serve

}  // namespace

//> run-clock
int run_clock(const ClockOptions& options) {
  Result<Notifier> notifier = Notifier::from_environment();
  if (!notifier) {
    std::fprintf(stderr, "%s\n", notifier.error().message().c_str());
    return exit_code_of(notifier.error());
  }
  Result<Clock> clock = set_up(options);
  if (!clock) {
    std::fprintf(stderr, "%s\n", clock.error().message().c_str());
    (void)notifier->failed(clock.error());  // the starter prints it: our stderr may be nowhere
    return exit_code_of(clock.error());
  }
  const std::string self = std::to_string(process::pid());
  complain(*notifier, clock->log, clock->log.line(now() + " started, process " + self));
  (void)notifier->ready("ticking");  // not before: from here on `start` says that all is well
  return serve(*clock, *notifier);
}
//< run-clock

}  // namespace proclab::daemon
