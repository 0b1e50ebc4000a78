// tests/support · what a test program inherits on POSIX and does not want. Read leaks.h first.
#include <signal.h>

#include "tests/support/leaks.h"

namespace proclab::test {

void hear_every_signal() {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction now {};
    // Only those: what has a handler by now has it from a sanitizer.
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) {
      ::signal(signal, SIG_DFL);
    }
  }
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace proclab::test
