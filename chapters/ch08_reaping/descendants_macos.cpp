// Chapter 8 · reaping: no adopter and no pidfd on macOS. Compiled, not run. Read before: descendants.h.
#include <algorithm>

#include <signal.h>

#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/descendants_posix.h"

namespace proclab::reaping {

Result<void> adopt_orphans(bool) {
  return make_error("prctl", std::errc::not_supported, "only launchd adopts here");
}

bool signal_member(const Member& member, int signal) {
  // As close as it gets: look again, then send. Between the two the number may still change hands.
  const Result<std::vector<Member>> all = processes();
  if (!all) return false;
  const bool same = std::any_of(all->begin(), all->end(), [&](const Member& now) {
    return now.pid == member.pid && now.started == member.started;
  });
  return same && ::kill(member.pid, signal) == 0;
}

}  // namespace proclab::reaping
