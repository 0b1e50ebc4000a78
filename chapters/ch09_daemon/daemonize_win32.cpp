// Chapter 9 · daemon: the classical way needs fork(), which Windows has not.
#include "chapters/ch09_daemon/daemonize.h"

namespace proclab::daemon {

Result<Pid> daemonize(const Steps&, const std::function<int(Notifier&)>&, Deadline) {
  return make_error("fork", std::errc::not_supported, "Windows copies no process: see launch()");
}

Result<void> close_from(int, std::vector<NativeHandle>) {
  return make_error("close_range", std::errc::not_supported,
                    "a program on Windows holds only what it was given");
}

}  // namespace proclab::daemon
