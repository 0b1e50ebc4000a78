// Chapter 14 · warden: the front and the keeper, on Linux. Read guard.h first.
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "chapters/ch07_signals/source.h"
#include "chapters/ch07_signals/timeout.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch14_warden/cgroup_linux.h"
#include "chapters/ch14_warden/guard.h"

namespace proclab::warden {

//> guarded
Result<Guarded> guarded(const std::function<int()>& body, std::optional<Milliseconds> most) {
  if (Result<void> adopts = reaping::adopt_orphans(); !adopts) return adopts.error();
  const Pid front = ::getpid();
  std::fflush(nullptr);  // or both would write what waits in stdio's buffers
  const pid_t child = ::fork();
  if (child == -1) return last_error("fork");
  if (child == 0) {
    // The front has one thread, so the kernel's word can be trusted here: see chapter 8's parent.h.
    if (!reaping::die_with_parent(front, signals::kTerminate)) ::_exit(125);
    const int code = body();
    std::fflush(nullptr);
    ::_exit(code);  // not exit(): what the front registered is the front's to run
  }
  spawn::Process keeper(child, Handle());
  // A signal that comes before this line ends the front, and by that the keeper: nothing is lost.
  Result<signals::Source> heard = signals::Source::open(
      {signals::kTerminate, signals::kInterrupt, signals::kHangup, signals::kQuit});
  const signals::Limits limits{.span = most, .signal = signals::kKill, .grace = {}};
  const Result<signals::Limited> end =
      signals::wait_limited(keeper, limits, heard ? &*heard : nullptr);
  if (!end) return keeper.disown(), end.error();
  if (end->status.signal == 0) return Guarded{static_cast<int>(end->status.code), false};
  if (const Result<std::size_t> swept = reaping::kill_descendants(); !swept) return swept.error();
  Cgroup::remove_left_by(child);
  return Guarded{0, true};
}
//< guarded

}  // namespace proclab::warden
