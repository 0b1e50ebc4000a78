// Chapter 12 · child_process: a child to talk to. Node's fork() copies nothing: it starts a program
// with a channel.
//
// Read before: child_process.h, chapter 11's start.h, chapter 3 for the real fork. Then fork.cpp.
// Node: fork.
#pragma once

#include <string>
#include <vector>

#include "chapters/ch12_child_process/child_process.h"

namespace proclab::child_process {

struct ForkOptions {
  /// `stdio`, if it is not empty, must have a Stdio::ipc().
  Options child;
  std::string exec_path;               ///< the program; empty: this one
  std::vector<std::string> exec_argv;  ///< its own arguments, before the module
  bool silent = false;                 ///< slots 0-2 are pipes; else they are inherited
};

/// Starts "exec_path exec_argv… module args…" with a channel in slot 3. Node's child has
/// process.send() then, a C++ child channel::open_from_environment(). Errors: as spawn();
/// invalid_argument: `stdio` without a channel.
Result<ChildProcess> fork(loop::Loop& loop, const std::string& module,
                          const std::vector<std::string>& args = {}, ForkOptions options = {});

}  // namespace proclab::child_process
