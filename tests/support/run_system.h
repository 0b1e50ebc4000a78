// tests/support · run: what POSIX alone cannot give, one sibling a system (run_linux, run_macos).
#pragma once

#include <sys/types.h>

#include "platform/handle.h"

namespace proclab::test {

/// A pipe whose ends no program started by another thread can inherit: [0] read, [1] write. False:
/// errno says why.
[[nodiscard]] bool make_pipe(Handle (&ends)[2]);

/// A descriptor that polls readable once child `pid` has exited; it stays a zombie until waited for.
[[nodiscard]] Handle exit_watch(pid_t pid);

}  // namespace proclab::test
