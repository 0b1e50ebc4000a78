// Chapter 8 · reaping: kill all that is below, wait for it, look again.
//
// The idea: whoever loses its parent becomes our child (adopt_orphans). So in each round all that
// we see is killed, our direct children are waited for, and what stood below them has moved up to
// us. Read before: descendants.h. Meets: waitid(WNOWAIT), waitpid.
#include "chapters/ch08_reaping/descendants_posix.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch08_reaping/descendants.h"

namespace proclab::reaping {
namespace {

bool among(std::span<const Pid> pids, Pid pid) {
  return std::find(pids.begin(), pids.end(), pid) != pids.end();
}

void reap(Pid pid) {
  while (::waitpid(pid, nullptr, 0) == -1 && errno == EINTR) {
  }
}

/// Ended, and not a main thread that has left while others run on.
bool dead(const Member& member) { return member.state == 'Z' && member.threads <= 1; }

/// Blocks until our child has ended; its status stays. False: it is no child of ours (any more).
bool wait_until_ended(Pid pid) {
  siginfo_t info{};
  int rc = 0;
  while ((rc = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT)) == -1 &&
         errno == EINTR) {
  }
  return rc == 0;
}

}  // namespace

//> kill-descendants
Result<std::size_t> kill_descendants(std::span<const Pid> own) {
  std::set<std::pair<Pid, decltype(Member::started)>> killed;  // one still dying is met again
  for (;;) {
    const Result<std::vector<Member>> all = processes();
    if (!all) return all.error();
    std::vector<Member> family = below(*all, ::getpid());
    std::erase_if(family, [&](const Member& member) {
      const bool waits_for_its_owner = dead(member) && among(own, member.pid);
      return member.pid == ::getpid() || waits_for_its_owner;
    });
    if (family.empty()) return killed.size();
    for (const Member& member : family) {
      if (dead(member) || !signal_member(member, SIGKILL)) continue;
      killed.emplace(member.pid, member.started);
    }
    // Not one moment of polling: our own children end now, and theirs become ours by that.
    for (const Member& member : family) {
      if (member.parent != ::getpid() || !wait_until_ended(member.pid)) continue;
      if (!among(own, member.pid)) reap(member.pid);
    }
  }
}
//< kill-descendants

}  // namespace proclab::reaping
