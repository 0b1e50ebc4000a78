// Chapter 7 · signals: a signal with a value, on Linux. Read before: send_posix.cpp. Meets: sigqueue.
#include <signal.h>

#include "chapters/ch07_signals/send.h"

namespace proclab::signals {

Result<void> queue(Pid process, int signal, int value) {
  if (process < 1) return make_error("sigqueue", std::errc::invalid_argument, "no process");
  sigval with{};
  with.sival_int = value;
  if (::sigqueue(process, signal, with) == -1) return last_error("sigqueue");
  return {};
}

}  // namespace proclab::signals
