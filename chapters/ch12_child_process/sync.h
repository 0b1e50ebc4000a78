// Chapter 12 · child_process: the same, while everything else waits.
//
// Question: what does a synchronous call do inside? It runs a loop of its own, and yours stands
// still. Good at the start of a program, or in a script; poison in a server. Read before: exec.h.
// Node: spawnSync, execSync.
#pragma once

#include <string>
#include <vector>

#include "chapters/ch12_child_process/exec.h"

namespace proclab::child_process {

struct SyncOptions {
  Options child;      ///< no ipc: nobody could answer
  std::string input;  ///< for slot 0, which then ends
  std::size_t max_buffer = kMaxBuffer;
  Encoding encoding = Encoding::bytes;
};

/// Starts it, feeds it, and returns when it has ended and its pipes are closed. Everything that
/// goes wrong is in ExecResult::error, also a call that makes no sense. Blocks the thread, and so
/// its loop. Threads: any. Nothing is printed: Node's execSync writes the child's errors to ours,
/// this leaves them in `errors`.
[[nodiscard]] ExecResult spawn_sync(std::string file, std::vector<std::string> args = {},
                                    SyncOptions options = {});
/// With a shell: exec().
[[nodiscard]] ExecResult exec_sync(const std::string& command, SyncOptions options = {});
/// Without: exec_file(). Differs from spawn_sync() in what a timeout reaches: Options::whole_tree.
[[nodiscard]] ExecResult exec_file_sync(std::string file, std::vector<std::string> args = {},
                                        SyncOptions options = {});

}  // namespace proclab::child_process
