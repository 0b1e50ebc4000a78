// tests/lab · hang: why a program does not end, as the kernel tells it.
//
// A student who reads "timed out" knows nothing. Who waits in read() for a pipe whose write end it
// holds open itself, as descriptor 4, knows all. Meets: /proc/PID/syscall and /proc/PID/fd.
#pragma once

#include <vector>

#include "platform/clock.h"
#include "platform/native.h"
#include "tests/lab/look.h"
#include "tests/lab/verdict.h"

namespace proclab::lab {

/// A "hang_…" message about `program`, which had not ended after `span`: it follows who waits for whom
/// through `family`, down to the one that everybody waits for. Never empty-handed: "hang" at the least.
[[nodiscard]] Verdict explain_hang(const std::vector<Seen>& family, Pid program, Milliseconds span);

}  // namespace proclab::lab
