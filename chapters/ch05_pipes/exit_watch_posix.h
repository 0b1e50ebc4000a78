// Chapter 5 · pipes: a descriptor that tells of a child's end, for the loop of communicate(). POSIX only,
// one sibling a system. Chapter 8 has more to say about it.
#pragma once

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::pipes {

/// A descriptor that poll(2) reports readable once child `pid` has ended; nobody is reaped by it. Linux:
/// a pidfd. macOS: a kqueue with one event. Errors: no_such_process when it is reaped already.
Result<Handle> exit_watch(Pid pid);

}  // namespace proclab::pipes
