// Chapter 12 · child_process: the same, while everything else waits. Read sync.h first.
#include "chapters/ch12_child_process/sync.h"

#include <algorithm>
#include <utility>

#include "chapters/ch12_child_process/run.h"

namespace proclab::child_process {
namespace {

ExecResult failed(std::string command, Error why) {
  ExecResult result;
  result.command = std::move(command);
  result.error = std::move(why);
  return result;
}

bool has_channel(const Options& options) {
  return std::any_of(options.stdio.begin(), options.stdio.end(),
                     [](const Stdio& one) { return one.what == Stdio::What::ipc; });
}

}  // namespace

//> spawn-sync
ExecResult spawn_sync(std::string file, std::vector<std::string> args, SyncOptions options) {
  std::string command = file;
  for (const std::string& arg : args) command += " " + arg;
  if (has_channel(options.child)) {
    return failed(command, make_error("stdio", std::errc::invalid_argument,
                                      "a channel, and nobody who could read it"));
  }
  Result<loop::Loop> loop = loop::Loop::open();  // of its own: the caller's stands still
  if (!loop) return failed(command, loop.error());
  Result<ChildProcess> child = spawn(*loop, std::move(file), std::move(args), options.child);
  if (!child) return failed(command, child.error());
  ExecResult result;
  collect(*child, std::move(command), options.max_buffer, options.encoding,
          [&result](const ExecResult& how) { result = how; });
  if (PipeEnd* input = child->input()) {
    if (!options.input.empty()) input->write(std::move(options.input));
    input->end();
  }
  if (const Result<bool> ran = loop->run(); !ran) result.error = ran.error();
  return result;
}
//< spawn-sync

ExecResult exec_sync(const std::string& command, SyncOptions options) {
  if (!options.child.shell) options.child.shell = "";
  return exec_file_sync(command, {}, std::move(options));
}

ExecResult exec_file_sync(std::string file, std::vector<std::string> args, SyncOptions options) {
  options.child.whole_tree = wants_tree(options.child);
  return spawn_sync(std::move(file), std::move(args), std::move(options));
}

}  // namespace proclab::child_process
