// tests/support · a signal a millisecond, without SA_RESTART: every call that waits is interrupted.
#pragma once

#include <atomic>

#include <signal.h>
#include <sys/time.h>

namespace proclab::test {

/// While it lives, SIGALRM comes at 1 kHz, and any blocking call of any thread that does not block
/// it may end with EINTR. One at a time. Puts back the action and the timer.
class Storm {
 public:
  Storm() {
    count() = 0;
    struct sigaction counts {};
    counts.sa_handler = [](int) { count().fetch_add(1, std::memory_order_relaxed); };
    ::sigaction(SIGALRM, &counts, &before_);
    const itimerval often{{0, 1000}, {0, 1000}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~Storm() {
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  Storm(const Storm&) = delete;
  Storm& operator=(const Storm&) = delete;

  /// How many have come since it began.
  static std::atomic<int>& count() {
    static std::atomic<int> signals{0};
    return signals;
  }
  /// Waits until `more` have come: for another thread, which must block SIGALRM (quiet()).
  static void outwait(int more) {
    const int until = count() + more;
    while (count() < until) {
      const timespec moment{0, 100'000};
      ::nanosleep(&moment, nullptr);  // orders nothing: the loop's condition does
    }
  }
  /// The calling thread takes no part.
  static void quiet() {
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
  }

 private:
  struct sigaction before_ {};
};

}  // namespace proclab::test
