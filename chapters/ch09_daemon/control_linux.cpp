// Chapter 9 · daemon: a grip on the holder, on Linux: a pidfd (pidfd_open(2), Linux 5.3).
#include <cerrno>

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch09_daemon/control.h"

namespace proclab::daemon {
namespace {

Result<void> send(const Handle& pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0) return {};
  return last_error("pidfd_send_signal");
}

}  // namespace

//> find
Result<std::optional<Holder>> Holder::find(const std::string& pidfile) {
  for (;;) {
    const Result<Standing> first = look_at(pidfile);
    if (!first) return first.error();
    if (first->what != Standing::What::held) return std::optional<Holder>{};
    if (first->pid == 0) {
      return make_error("lock", std::errc::no_such_process,
                        pidfile + " is held by a process that cannot be named");
    }
    Handle pidfd(static_cast<int>(::syscall(SYS_pidfd_open, first->pid, 0)));
    if (!pidfd && errno != ESRCH) return last_error("pidfd_open");
    // Between the look and the grip the holder may have died, and a stranger got its number. So
    // look once more. If the same number holds the file now, the holder is alive now: either the
    // pidfd is of it; or of somebody who had the number before it and is dead, whom no signal can
    // reach.
    const Result<Standing> second = look_at(pidfile);
    if (!second) return second.error();
    if (pidfd && second->pid == first->pid) {
      return std::optional<Holder>(Holder(first->pid, std::move(pidfd)));
    }
  }
}
//< find

Result<void> Holder::ask(Request request) {
  return send(process_, request == Request::stop ? SIGTERM : SIGHUP);
}

Result<void> Holder::kill() { return send(process_, SIGKILL); }

Result<bool> Holder::wait_gone(Deadline deadline) const {
  for (;;) {
    pollfd ended{process_.get(), POLLIN, 0};
    const int ready = ::poll(&ended, 1, deadline.poll_timeout());
    if (ready == -1 && errno != EINTR) return last_error("poll");
    if (ready == 1) return true;
    if (deadline.passed()) return false;
  }
}

}  // namespace proclab::daemon
