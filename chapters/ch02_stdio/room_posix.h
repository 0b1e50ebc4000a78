// Chapter 2 · stdio: waiting until a descriptor has room. POSIX only.
#pragma once

#include "platform/clock.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::stdio {

/// Waits until a write to `fd` would do something: take bytes, or fail. False: the deadline came
/// first. EINTR starts over with what is left of the time. Source: POSIX poll().
[[nodiscard]] Result<bool> wait_for_room(NativeHandle fd, Deadline until);

}  // namespace proclab::stdio
