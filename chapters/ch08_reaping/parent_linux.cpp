// Chapter 8 · reaping: the signal that comes with a parent's death, on Linux.
//
// Read before: parent.h. Meets: prctl(PR_SET_PDEATHSIG), getppid.
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "chapters/ch08_reaping/parent.h"

namespace proclab::reaping {

//> die-with-parent
Result<void> die_with_parent(Pid parent, int signal) {
  if (::prctl(PR_SET_PDEATHSIG, signal) == -1) return last_error("prctl");
  // It is a promise about the future. A parent that was gone before the call is not told of any
  // more; but then somebody else has adopted us.
  if (::getppid() != parent) ::raise(signal);
  return {};
}
//< die-with-parent

//> end-with-us
Result<void> end_with_us(spawn::Options& options) {
  options.die_with_parent = true;
  return {};
}
//< end-with-us

}  // namespace proclab::reaping
