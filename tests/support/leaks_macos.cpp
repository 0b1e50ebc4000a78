// tests/support · what a process holds on macOS: descriptors by number. There is no list of children
// without libproc, so those are not guarded here. Compiled, not run.
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/leaks.h"
#include "tests/support/scratch.h"

namespace proclab::test {

void warm_up_system() {}

void end_children() {}

void keep_strangers_out() {
  for (int fd = 3; fd < ::getdtablesize(); ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

Holdings holdings() {
  Holdings held;
  for (int fd = 0; fd < ::getdtablesize(); ++fd) {
    char path[1024];  // F_GETPATH writes up to MAXPATHLEN
    if (::fcntl(fd, F_GETFD) == -1) continue;
    const bool named = ::fcntl(fd, F_GETPATH, path) != -1;
    held.handles.push_back("descriptor " + std::to_string(fd) + (named ? " → " : "") +
                           (named ? path : ""));
  }
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  for (int sig = 1; sig < NSIG; ++sig) {
    if (sigismember(&blocked, sig) == 1) held.signal_mask += " " + std::to_string(sig);
  }
  held.files = scratch_files();
  return held;
}

}  // namespace proclab::test
