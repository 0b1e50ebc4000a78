// tests/support · gate on POSIX: a pipe with a byte in it is open.
//
// The byte is never read, only seen by poll, so one byte lets any number of waiters pass.
#include <cassert>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "tests/support/gate.h"
#include "tests/support/run_system.h"

namespace proclab::test {

Gate::Gate() {
  Handle ends[2];
  [[maybe_unused]] const bool made = make_pipe(ends);
  assert(made && "Gate: pipe failed");
  waiter_ = std::move(ends[0]);
  opener_ = std::move(ends[1]);
}

void Gate::open() {
  while (::write(opener_.get(), "!", 1) == -1 && errno == EINTR) {
  }
}

bool Gate::wait(Milliseconds span) {
  const Deadline deadline = Deadline::after(span);
  for (;;) {
    pollfd poll{waiter_.get(), POLLIN, 0};
    const int ready = ::poll(&poll, 1, deadline.poll_timeout());
    if (ready == 1) return (poll.revents & POLLIN) != 0;  // POLLHUP alone: nobody can open it
    if (ready == -1 && errno != EINTR) return false;
    if (deadline.passed()) return false;
  }
}

void set_inheritable(NativeHandle handle, bool on) {
  ::fcntl(handle, F_SETFD, on ? 0 : FD_CLOEXEC);
}

std::string to_text(NativeHandle handle) { return std::to_string(handle); }

}  // namespace proclab::test
