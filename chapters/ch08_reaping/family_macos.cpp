// Chapter 8 · reaping: all processes, as macOS tells them. Compiled, not run. Read before: family.h.
//
// Meets: sysctl(KERN_PROC_ALL), getsid.
#include <algorithm>
#include <cerrno>

#include <sys/sysctl.h>
#include <unistd.h>

#include "chapters/ch08_reaping/family.h"

namespace proclab::reaping {
namespace {

char letter(int state) {
  switch (state) {
    case SRUN: return 'R';
    case SSLEEP: return 'S';
    case SSTOP: return 'T';
    case SZOMB: return 'Z';
    default: return '?';
  }
}

}  // namespace

Result<std::vector<Member>> processes() {
  int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_ALL};
  std::vector<kinfo_proc> found;
  std::size_t bytes = 0;
  do {  // asked for the size first; by the next call there may be more of them
    if (::sysctl(name, 3, nullptr, &bytes, nullptr, 0) == -1) return last_error("sysctl");
    found.resize(bytes / sizeof(kinfo_proc) + 16);
    bytes = found.size() * sizeof(kinfo_proc);
    if (::sysctl(name, 3, found.data(), &bytes, nullptr, 0) == 0) break;
  } while (errno == ENOMEM);
  found.resize(bytes / sizeof(kinfo_proc));
  std::vector<Member> all;
  for (const kinfo_proc& one : found) {
    const auto started = static_cast<std::uint64_t>(one.kp_proc.p_starttime.tv_sec) * 1'000'000 +
                         static_cast<std::uint64_t>(one.kp_proc.p_starttime.tv_usec);
    const pid_t session = ::getsid(one.kp_proc.p_pid);
    all.push_back({one.kp_proc.p_pid, one.kp_eproc.e_ppid, one.kp_eproc.e_pgid,
                   session == -1 ? 0 : session, letter(one.kp_proc.p_stat), 0, started,
                   one.kp_proc.p_comm});
  }
  std::sort(all.begin(), all.end(), [](const Member& a, const Member& b) { return a.pid < b.pid; });
  return all;
}

}  // namespace proclab::reaping
