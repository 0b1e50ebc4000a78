// Chapter 12 · child_process: run a program to its end, and have all that it said. Read exec.h
// first.
#include "chapters/ch12_child_process/exec.h"

#include <algorithm>
#include <utility>

#include "chapters/ch12_child_process/decode.h"
#include "chapters/ch12_child_process/run.h"
#include "chapters/ch12_child_process/state.h"

namespace proclab::child_process {
namespace {

/// A run under way. The child's events keep it, until `close`.
struct Run {
  ChildProcess::State& child;  // keeps us
  std::size_t most;
  Encoding encoding;
  OnExec done;
  ExecResult result;
  bool output_cut = false, errors_cut = false;

  void take(std::string_view bytes, std::string& text, bool& is_cut, const char* name);
  void fail(const Error& why) {
    if (!result.error) result.error = why;
  }
  void finish(const std::optional<ExitStatus>& status);
};

//> take
void Run::take(std::string_view bytes, std::string& text, bool& is_cut, const char* name) {
  const std::size_t room = most - text.size();
  text += bytes.substr(0, room);
  if (bytes.size() <= room || std::exchange(is_cut, true)) return;  // the rest is read, and lost
  fail(make_error("max_buffer", std::errc::no_buffer_space,
                  std::string(name) + ": more than " + std::to_string(most) + " bytes"));
  child.cut_short();
}
//< take

void Run::finish(const std::optional<ExitStatus>& status) {
  if (child.timed_out) fail(make_error("timeout", std::errc::timed_out, result.command));
  result.status = status;
  result.killed = child.killed;
  if (encoding == Encoding::utf8) {
    result.output = to_utf8_text(std::move(result.output), output_cut);
    result.errors = to_utf8_text(std::move(result.errors), errors_cut);
  }
  done(result);
}

std::string joined(const std::string& file, const std::vector<std::string>& args) {
  std::string command = file;
  for (const std::string& arg : args) command += " " + arg;
  return command;
}

}  // namespace

bool wants_tree(const Options& options) {
  const bool reads_ours = !options.stdio.empty() && options.stdio[0].what == Stdio::What::inherit;
  return options.whole_tree.value_or(!reads_ours);
}

//> collect
void collect(const ChildProcess& child, std::string command, std::size_t most, Encoding encoding,
             OnExec done) {
  const auto run = std::make_shared<Run>(Run{child.state(), most, encoding, std::move(done), {}});
  run->result.command = std::move(command);
  run->result.pid = child.pid();
  if (PipeEnd* pipe = child.output()) {
    pipe->read([run](std::string_view bytes) {
      run->take(bytes, run->result.output, run->output_cut, "output");
    });
  }
  if (PipeEnd* pipe = child.errors()) {
    pipe->read([run](std::string_view bytes) {
      run->take(bytes, run->result.errors, run->errors_cut, "errors");
    });
  }
  Events& inner = child.state().inner;
  inner.error = [run](const Error& why) { run->fail(why); };
  inner.close = [run](const std::optional<ExitStatus>& status) { run->finish(status); };
}
//< collect

std::string ExecResult::text() const {
  if (success()) return "";
  return "Command failed: " + command + " (" +
         (error    ? error->message()
          : status ? status->text()
                   : "not started") +
         ")";
}

Result<ChildProcess> exec(loop::Loop& loop, const std::string& command, ExecOptions options,
                          OnExec done) {
  if (!options.child.shell) options.child.shell = "";
  return exec_file(loop, command, {}, std::move(options), std::move(done));
}

Result<ChildProcess> exec_file(loop::Loop& loop, std::string file, std::vector<std::string> args,
                               ExecOptions options, OnExec done) {
  options.child.whole_tree = wants_tree(options.child);
  std::string command = joined(file, args);
  Result<ChildProcess> child = spawn(loop, std::move(file), std::move(args), options.child);
  if (!child) return child.error();
  collect(*child, std::move(command), options.max_buffer, options.encoding, std::move(done));
  return child;
}

}  // namespace proclab::child_process
