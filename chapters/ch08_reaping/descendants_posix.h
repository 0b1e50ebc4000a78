// Chapter 8 · reaping: what descendants_posix.cpp needs of each system.
#pragma once

#include "chapters/ch08_reaping/family.h"

namespace proclab::reaping {

/// Sends `signal` to exactly the process that was seen as `member`; false when it is gone.
bool signal_member(const Member& member, int signal);

}  // namespace proclab::reaping
