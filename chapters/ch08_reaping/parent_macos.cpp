// Chapter 8 · reaping: a pipe for a lifeline on macOS, which has no pipe2 and no PDEATHSIG.
// Compiled, not run. Read before: parent.h.
#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch08_reaping/parent.h"

namespace proclab::reaping {

Result<Lifeline> make_lifeline() {
  int ends[2];
  if (::pipe(ends) == -1) return last_error("pipe");
  Lifeline made{Handle(ends[1]), Handle(ends[0])};
  for (const int end : ends) {
    if (::fcntl(end, F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  }
  return made;
}

Result<void> die_with_parent(Pid, int) {
  return make_error("prctl", std::errc::not_supported, "PDEATHSIG is Linux's; take a Lifeline");
}

Result<void> end_with_us(spawn::Options&) {
  return make_error("end_with_us", std::errc::not_supported,
                    "only a child that looks can end with us");
}

}  // namespace proclab::reaping
