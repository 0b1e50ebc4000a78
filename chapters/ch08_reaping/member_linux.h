// Chapter 8 · reaping: one process out of /proc. Linux only, for this chapter's files.
#pragma once

#include <optional>

#include "chapters/ch08_reaping/family.h"

namespace proclab::reaping {

/// That process now; nullopt when there is none of that number.
std::optional<Member> member_of(Pid pid);

}  // namespace proclab::reaping
