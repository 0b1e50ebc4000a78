// Chapter 12 · child_process: what a child is made of. For this chapter's files.
//
// Read before: child_process.h. Then spawn.cpp (how it begins), child.cpp (from the first event to
// the last).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch08_reaping/tree.h"
#include "chapters/ch10_loop/exit.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch12_child_process/child_process.h"

namespace proclab::child_process {

/// Kept by whoever has a ChildProcess, and until `close` by its loop. So whatever calls back from
/// in here needs no more than `this`: all of it closes with this object.
struct ChildProcess::State : std::enable_shared_from_this<State> {
  explicit State(loop::Loop& loop) : poster(loop.poster()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // ---- spawn.cpp ----

  void keep_until_close(loop::Loop& loop);
  /// Runs, and is watched. Errors: of watching; then it is dead and buried.
  Result<void> started(loop::Loop& loop, proclab::spawn::Process child);
  void listen(const Options& options, loop::Loop& loop);
  /// Closes all that was opened for a child that never ran.
  void abandon();
  /// And that will be told by the loop.
  void never_started(const Error& why);

  // ---- child.cpp ----

  /// Calls an event: those of this chapter's own first, then the user's.
  template <class Event, class... Args>
  void tell(Event Events::*event, const Args&... what) {
    for (Events* who : {&inner, &events}) {
      const Event call = who->*event;  // a copy: it may be replaced while it runs
      if (call) call(what...);
    }
  }
  void on_exit();
  [[nodiscard]] channel::Events channel_events();
  void on_disconnect(const std::optional<Error>& why);
  void on_timeout();
  void on_abort();
  Result<bool> kill(int signal);
  /// Ends what can be reached, for good: once it has exited, nobody who holds a pipe is waited for.
  void cut_short();
  void drain(int turns);
  void changed();
  void tell_close();
  /// After the last event, or when the loop is gone: no callback is kept, and nobody waits any
  /// more.
  void let_go();

  loop::Poster poster;
  std::string file;
  std::vector<std::string> args;
  std::optional<Pid> pid;
  std::optional<proclab::spawn::Process> process;
  std::optional<reaping::Tree>
      tree;  // then it is buried at `close`: until then its group's number is its own
  std::vector<std::unique_ptr<PipeEnd>> pipes;  // by slot; null: no pipe there
  std::optional<channel::Channel> channel;
  Events events, inner;
  std::optional<loop::Timer>
      keeper;  // never runs; what it would do keeps this object, and the loop keeps that
  std::optional<loop::Exit> exit;
  std::optional<loop::Timer> timer;
  AbortSignal::Listener abort;
  std::optional<ExitStatus> status;
  int kill_signal = proclab::spawn::kTerminate;
  bool ended = false;  // exited, or never started
  bool killed = false, timed_out = false, cut = false, closed = false, channel_open = false;
};

}  // namespace proclab::child_process
