// tests/ch08 · a storm: SIGALRM a thousand times a second, with a handler that does not restart what it
// interrupts.
#pragma once

#include <signal.h>
#include <sys/time.h>

namespace proclab::reaping {

inline volatile sig_atomic_t alarms = 0;

/// While it lives, every blocking call says EINTR.
class Storm {
 public:
  Storm() {
    struct sigaction count {};
    count.sa_handler = [](int) { alarms = alarms + 1; };  // no SA_RESTART
    ::sigaction(SIGALRM, &count, &before_);
    const itimerval each_millisecond{{0, 1000}, {0, 1000}};
    ::setitimer(ITIMER_REAL, &each_millisecond, nullptr);
  }
  ~Storm() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Storm(const Storm&) = delete;
  Storm& operator=(const Storm&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace proclab::reaping
