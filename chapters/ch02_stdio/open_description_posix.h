// Chapter 2 · stdio: the open description, which is what descriptors share. POSIX only.
//
//   process A          process B
//   fd 1 ──┐           fd 1 ──┐         a descriptor: a number in one process's table
//          └──── open ────────┘         the open description: offset, O_APPEND, O_NONBLOCK
//             description ──── inode    what it leads to: a file, a terminal, a pipe
//
// dup(), fork() and an inherited stdout all give one more descriptor for the *same* description. So a
// child that sets O_NONBLOCK sets it for its parent and for the shell. Raw calls met: fcntl, open.
#pragma once

#include "platform/handle.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::stdio {

/// Whether O_NONBLOCK is set on what `fd` refers to. Source: POSIX fcntl(), F_GETFL.
[[nodiscard]] Result<bool> nonblocking(NativeHandle fd);

/// Sets or clears O_NONBLOCK for everyone who shares the open description, and returns what it was
/// before. Two processes that do so at once race: F_GETFL and F_SETFL are two calls.
[[nodiscard]] Result<bool> set_nonblocking(NativeHandle fd, bool on);

/// A second open description, for writing, of the same terminal, pipe or file: flags set on it are
/// seen by nobody else. What libuv does to a terminal before it sets O_NONBLOCK. A file's offset
/// starts at 0 again. Linux: opens /proc/self/fd/N, needs the permission that any open() needs; a
/// socket has no name to open (no_such_device_or_address). macOS: terminals only, else not_supported.
[[nodiscard]] Result<Handle> reopen(NativeHandle fd);

}  // namespace proclab::stdio
