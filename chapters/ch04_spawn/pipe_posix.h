// Chapter 4 · a pipe that no other child inherits.
#pragma once

namespace proclab::spawn {

/// pipe(2) with close-on-exec on both ends from their first moment. macOS cannot do it in one call:
/// there a fork in another thread can slip in between and copy an end.
/// @return 0, or -1 with errno. From any thread. Source: pipe2(2); pipe(2), fcntl(2).
int pipe_cloexec(int (&ends)[2]);

}  // namespace proclab::spawn
