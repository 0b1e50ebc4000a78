// Chapter 9 · daemon: the holder on macOS, which has no grip on a process that is not ours.
// Compiled, not run.
//
// kill() takes a number, and between the look and the signal the number can change hands. Looking
// right before makes that unlikely, and nothing there makes it impossible. Meets: kqueue,
// EVFILT_PROC.
#include <cerrno>

#include <signal.h>
#include <sys/event.h>
#include <sys/types.h>

#include "chapters/ch09_daemon/control.h"

namespace proclab::daemon {
namespace {

Result<void> send(Pid pid, int signal) {
  if (::kill(pid, signal) == 0) return {};
  return last_error("kill");
}

}  // namespace

Result<std::optional<Holder>> Holder::find(const std::string& pidfile) {
  const Result<Standing> now = look_at(pidfile);
  if (!now) return now.error();
  if (now->what != Standing::What::held) return std::optional<Holder>{};
  if (now->pid == 0) {
    return make_error("lock", std::errc::no_such_process,
                      pidfile + " is held by a process that cannot be named");
  }
  return std::optional<Holder>(Holder(now->pid, Handle()));
}

Result<void> Holder::ask(Request request) {
  return send(pid_, request == Request::stop ? SIGTERM : SIGHUP);
}

Result<void> Holder::kill() { return send(pid_, SIGKILL); }

Result<bool> Holder::wait_gone(Deadline deadline) const {
  const Handle queue(::kqueue());
  if (!queue) return last_error("kqueue");
  struct kevent exit;
  EV_SET(&exit, pid_, EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, 0, nullptr);
  if (::kevent(queue.get(), &exit, 1, nullptr, 0, nullptr) == -1) {
    if (errno == ESRCH) return true;
    return last_error("kevent");
  }
  for (;;) {
    const int left = deadline.poll_timeout();
    const timespec span{left / 1000, left % 1000 * 1'000'000L};
    struct kevent event;
    const int count = ::kevent(queue.get(), nullptr, 0, &event, 1, left < 0 ? nullptr : &span);
    if (count == -1 && errno != EINTR) return last_error("kevent");
    if (count == 1) return true;
    if (deadline.passed()) return false;
  }
}

}  // namespace proclab::daemon
