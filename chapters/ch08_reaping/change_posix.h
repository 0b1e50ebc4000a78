// Chapter 8 · reaping: the two forms in which POSIX tells a change. For this chapter's POSIX files.
#pragma once

#include <signal.h>

#include "chapters/ch08_reaping/change.h"

namespace proclab::reaping {

/// The int that waitpid(2) fills in. Its bits are the system's own affair: only macros may look.
[[nodiscard]] Change decode(int wait_status);
/// What waitid(2) fills in: the same, already taken apart.
[[nodiscard]] Change decode(const siginfo_t& info);

}  // namespace proclab::reaping
