// Chapter 12 · child_process: programs as Node.js starts them, on a loop.
//
// Question: what has been built in eleven chapters, put together, is an API that half the world
// uses. What does it promise, in which order do its events come, and where is the original wrong?
// Read before: chapters 4, 10 and 11. Then stdio.h, pipe_end.h, abort.h; spawn.cpp and child.cpp
// for how it is done; shell.h, exec.h, fork.h, sync.h for the rest of it. Meets no system call: the
// chapters before have met them all. Node: child_process.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch10_loop/loop.h"
#include "chapters/ch11_channel/channel.h"
#include "chapters/ch12_child_process/abort.h"
#include "chapters/ch12_child_process/pipe_end.h"
#include "chapters/ch12_child_process/stdio.h"

namespace proclab::child_process {

using proclab::spawn::ExitStatus;

/// How to start a program. Texts are UTF-8. The names are Node's.
struct Options {
  std::string cwd;         ///< empty: ours
  spawn::Environment env;  ///< ours, and changes to it; Node's `env` is .empty = true
  std::optional<std::string> argv0;
  /// Slot by slot. Of 0-2 those that are missing are pipes; others are closed.
  std::vector<Stdio> stdio;
  /// POSIX: a session of its own. Windows: no console, and it does not end with us.
  bool detached = false;
  std::optional<unsigned> uid, gid;  ///< POSIX; Windows: not_supported
  /// Runs "file args…" by a shell: nullopt: by none; "": the system's (/bin/sh; Windows:
  /// %ComSpec%); or the path of one. UNSAFE with text that others wrote: see shell.h.
  std::optional<std::string> shell;
  std::optional<Milliseconds> timeout;  ///< from now; then kill(kill_signal), and timed_out()
  int kill_signal = spawn::kTerminate;  ///< for timeout and abort
  /// kill() reaches all that the child has started and has not run away: chapter 8's Tree. POSIX:
  /// it leads a process group, so Ctrl-C does not reach it, and it must not read the terminal.
  /// nullopt: what the call does by itself: spawn() and fork(): no; exec() and its kin: yes, unless
  /// slot 0 is inherited. Windows: a tree ends with us when we are killed, detached or not.
  std::optional<bool> whole_tree;
  /// Its abort() is kill(kill_signal) and an error: operation_canceled.
  std::optional<AbortSignal> abort;
  channel::Options channel;  ///< for Stdio::ipc(): serialization and limits
  bool windows_hide = false;
  bool windows_verbatim_arguments = false;
};

/// What a child tells. Each may be empty. Called by the loop alone, never within a call of ours;
/// may do everything.
struct Events {
  /// It runs: the first of all. A child that cannot be started tells `error` instead, no `exit`,
  /// and then `close`.
  std::function<void()> spawn;
  /// It could not be started (no_such_file_or_directory, permission_denied, too_many_files_open …);
  /// it was aborted (operation_canceled); the channel broke (channel::Events::disconnect).
  std::function<void(const Error&)> error;
  /// It has ended. Others may hold its pipes, and there may be bytes in them.
  std::function<void(const ExitStatus&)> exit;
  /// It has ended, and all its pipes and its channel are closed: the last of all. nullopt: it never
  /// started.
  std::function<void(const std::optional<ExitStatus>&)> close;
  std::function<void()> disconnect;  ///< once: the channel is gone, whoever closed it
  std::function<void(channel::Message)> message;
  std::function<void(channel::Message)> internal;  ///< NODE_…, for chapter 13
  std::function<void()> drain;                     ///< after Flow::pause
  std::function<void(const Error&)> warning;       ///< a socket was lost, and the channel lives
};

/// A child, and what becomes of it. Copies are the same child. The child is waited for by the loop,
/// whether this object lives or not; only a loop that ends before the child leaves it alone. The
/// loop's thread only.
class ChildProcess {
 public:
  /// nullopt: it could not be started. The number is its own until it has exited.
  [[nodiscard]] std::optional<Pid> pid() const;
  /// Our end of slot n, if it has a pipe; else null.
  [[nodiscard]] PipeEnd* stdio(std::size_t slot) const;
  [[nodiscard]] PipeEnd* input() const { return stdio(0); }
  [[nodiscard]] PipeEnd* output() const { return stdio(1); }
  [[nodiscard]] PipeEnd* errors() const { return stdio(2); }

  /// How it has ended: Node's exitCode and signalCode. nullopt: it runs, or never did.
  [[nodiscard]] const std::optional<ExitStatus>& status() const;
  /// A signal other than 0 was sent by kill(), a timeout or an abort. Not: that it has died of it.
  [[nodiscard]] bool killed() const;
  /// Options::timeout has passed, and the signal was sent.
  [[nodiscard]] bool timed_out() const;
  /// What was run: the shell, if there is one; and its arguments, with argv[0].
  [[nodiscard]] const std::string& spawn_file() const;
  [[nodiscard]] const std::vector<std::string>& spawn_args() const;

  /// Where to say what shall happen. Whatever is said before the loop turns again misses nothing.
  [[nodiscard]] Events& on();

  /// Sends a signal; 0 only asks. True: sent. False: it has exited, or never started. Errors: as
  /// spawn::Process::kill(): operation_not_permitted, function_not_supported (Windows knows four),
  /// invalid_argument.
  Result<bool> kill(int signal = proclab::spawn::kTerminate);

  /// By Stdio::ipc(). Errors: not_connected: no channel, or no more; and as
  /// channel::Channel::send().
  Result<channel::Flow> send(const channel::Value& message, channel::Channel::OnDone done = {});
  Result<channel::Flow> send(channel::Value message, channel::Outgoing handle,
                             channel::Channel::OnDone done = {});
  [[nodiscard]] bool connected() const;
  /// No more messages from either side; what waits still goes out. The child lives on. Errors:
  /// not_connected.
  Result<void> disconnect();
  /// To pause(), resume(), ref() or unref() it; null: none.
  [[nodiscard]] channel::Channel* channel() const;

  /// Whether the loop waits for its end. The pipes and the channel are referenced by themselves, as
  /// in Node.
  void ref();
  void unref();

  struct State;
  explicit ChildProcess(std::shared_ptr<State> state) : state_(std::move(state)) {}
  /// For this chapter.
  [[nodiscard]] State& state() const { return *state_; }

 private:
  std::shared_ptr<State> state_;
};

/// Starts a program. `file` is looked for as chapter 4 says, in the child's PATH. Errors, and then
/// there is no child and nothing is told: what is wrong with the call itself: invalid_argument (two
/// channels; a NUL in a text; a batch file), not_supported (uid on Windows),
/// argument_list_too_long, bad_file_descriptor (an entry of `stdio`). What the system says is
/// Events::error.
Result<ChildProcess> spawn(loop::Loop& loop, std::string file, std::vector<std::string> args = {},
                           const Options& options = {});

}  // namespace proclab::child_process
