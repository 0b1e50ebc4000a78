// Chapter 12 · child_process: what exec.cpp and sync.cpp have in common. For this chapter's files.
#pragma once

#include "chapters/ch12_child_process/exec.h"

namespace proclab::child_process {

/// Whether `options` ask for a tree, where the call itself would like one: not when the terminal
/// may be read, since a group in the background is stopped for that.
[[nodiscard]] bool wants_tree(const Options& options);

/// Collects what `child` says, up to `most` bytes of output and errors each, and tells when it is
/// closed.
void collect(const ChildProcess& child, std::string command, std::size_t most, Encoding encoding,
             OnExec done);

}  // namespace proclab::child_process
