// Chapter 9 · daemon: hearing from a child, on POSIX. Read launch_system.h first.
#include <array>
#include <cerrno>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "chapters/ch05_pipes/exit_watch_posix.h"
#include "chapters/ch09_daemon/launch_system.h"

namespace proclab::daemon {

//> hear
Result<Heard> hear(NativeHandle pipe, NativeHandle exit, Deadline deadline, std::string& text) {
  for (bool ended = false;;) {
    std::array<char, 4096> room;
    const ssize_t got = ::read(pipe, room.data(), room.size());
    if (got > 0) {
      text.append(room.data(), static_cast<std::size_t>(got));
      return Heard::bytes;
    }
    if (got == 0) return Heard::end;
    if (errno != EAGAIN && errno != EINTR) return last_error("read");
    // Read once more after the child has ended: its last word came before its end.
    if (ended) return Heard::end;
    if (deadline.passed()) return Heard::deadline;
    pollfd wait[2] = {{pipe, POLLIN, 0}, {exit, POLLIN, 0}};  // poll() passes over a -1
    const int ready = ::poll(wait, 2, deadline.poll_timeout());
    if (ready == -1 && errno != EINTR) return last_error("poll");
    ended = ready > 0 && wait[1].revents != 0;
  }
}
//< hear

Result<Handle> watch_exit(const spawn::Process& child) {
  Result<Handle> watch = pipes::exit_watch(child.pid());
  if (!watch && watch.error().code == std::errc::no_such_process) return Handle();
  return watch;
}

void kill_with_group(spawn::Process& child) {
  // We have not waited for it: the number is its own, and so is that of the group that it leads. No
  // group of ours, if it did not come as far as setsid(): it is killed alone then.
  if (!child.kill(spawn::kKill)) return;  // already waited for: the number is anybody's
  ::kill(-child.pid(), SIGKILL);
}

}  // namespace proclab::daemon
