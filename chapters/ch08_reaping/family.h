// Chapter 8 · reaping: who is whose child, and in what state: a look at all processes.
//
// Question: what does a zombie look like from outside, and who has adopted the orphan?
// Meets: /proc/PID/stat; sysctl(KERN_PROC_ALL); CreateToolhelp32Snapshot.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::reaping {

/// One process, as it was at one moment. It may be gone by now, and its number another's.
struct Member {
  Pid pid = 0;
  Pid parent = 0;    ///< who would be told of its end: not always who started it
  Pid group = 0;     ///< POSIX
  Pid session = 0;   ///< POSIX; Windows: the login session's number
  char state = '?';  ///< R runs, S sleeps, D in the kernel, T stopped, Z zombie; Windows tells none
  unsigned threads = 0;  ///< 0 where it is not told
  std::uint64_t started =
      0;  ///< when, in the system's own unit: with pid, a name that is not reused
  std::string name;
};

/// All processes that this one may see, by pid. Not one moment: others come and go while it looks.
/// Errors: those of reading /proc; not_supported when /proc is another pid namespace's. Sources: proc_pid_stat(5); MSDN CreateToolhelp32Snapshot.
Result<std::vector<Member>> processes();

/// `root` and all that descends from it, each after its parent, siblings by pid. Windows: a parent's
/// number may have been reused; a "child" older than its parent is none.
std::vector<Member> below(const std::vector<Member>& all, Pid root);

/// Whether a member's parent is not the one that made it, as far as one look can tell: it leads no session,
/// and its session is not its parent's. (fork() hands the session down; only setsid() makes one, and
/// then one leads it.) Who was adopted inside its session is found by two looks: see `before` of draw().
bool adopted(const std::vector<Member>& all, const Member& member);

/// The tree below `root` as lines of text, with states, groups and sessions; zombies, stopped ones and
/// orphans say so. `before`, an earlier look, shows who had another parent then; it may be empty.
std::string draw(const std::vector<Member>& all, Pid root, const std::vector<Member>& before = {});

}  // namespace proclab::reaping
