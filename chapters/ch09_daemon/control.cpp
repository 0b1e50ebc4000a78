// Chapter 9 · daemon: stop, the same everywhere. Read control.h first.
#include "chapters/ch09_daemon/control.h"

namespace proclab::daemon {

namespace {

/// What a daemon left behind that was killed, removed under the lock. Whoever can take the file
/// knows that nobody has it; and letting go of it removes it.
Result<void> clear(const std::string& pidfile) {
  const Result<Standing> now = look_at(pidfile);
  if (!now) return now.error();
  if (now->what == Standing::What::absent) return {};
  const Result<PidFile> taken = PidFile::take(pidfile);
  if (!taken) return taken.error();
  return {};
}

bool has_ended(const Result<void>& done) {
  return !done && done.error().code == std::errc::no_such_process;
}

}  // namespace

//> stop
Result<Stopped> stop(const std::string& pidfile, Milliseconds grace) {
  Result<std::optional<Holder>> found = Holder::find(pidfile);
  if (!found) return found.error();
  Stopped how = Stopped::was_not_running;
  if (*found) {
    Holder& holder = **found;
    how = Stopped::by_itself;
    const Result<void> asked = holder.ask(Request::stop);
    const bool cannot_be_asked = !asked && asked.error().code == std::errc::not_supported;
    if (!asked && !cannot_be_asked && !has_ended(asked)) return asked.error();
    if (cannot_be_asked) grace = Milliseconds(0);  // Windows: it does not listen

    Result<bool> gone = holder.wait_gone(Deadline::after(grace));
    if (gone && !*gone) {
      how = Stopped::killed;
      const Result<void> killed = holder.kill();
      if (!killed && !has_ended(killed)) return killed.error();
      gone = holder.wait_gone(Deadline::never());  // nobody survives that one
    }
    if (!gone) return gone.error();
  }
  if (Result<void> cleared = clear(pidfile); !cleared) return cleared.error();
  return how;
}
//< stop

}  // namespace proclab::daemon
