// Chapter 7 · signals: whom a timeout reaches, on POSIX. Read timeout.cpp first.
#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/reach.h"
#include "chapters/ch07_signals/send.h"

namespace proclab::signals {

Result<void> check_reach(Reach) { return {}; }

namespace {

void send_to_group(Pid group, int signal) {
  // Our own group has us in it, and this is for the others. SIGKILL cannot be ignored: it takes us along.
  std::optional<DispositionGuard> not_us;
  if (group == 0 && signal != SIGKILL) not_us.emplace(signal, SIG_IGN);
  (void)send_group(group, signal);  // ESRCH: all are gone already
}

}  // namespace

//> send-to
void send_to(spawn::Process& child, Reach reach, int signal) {
  // Its leader is in the group, and a second TERM might mean "now, and hurry". Our own group the child may
  // have left, for one of its own or a session: so it is told by its number as well.
  if (reach != Reach::group) (void)child.kill(signal);
  if (reach == Reach::child) return;
  const Pid group = reach == Reach::group ? child.pid() : 0;
  send_to_group(group, signal);
  if (signal != SIGKILL && signal != SIGCONT) send_to_group(group, SIGCONT);
}
//< send-to

}  // namespace proclab::signals
