// Chapter 13 · cluster: what shall happen when a worker ends, and when somebody wants another number of them.
//
// Question: Node's cluster tells that a worker has died, and leaves the rest to the program: what is the rest? To keep
// N of them; to stop without hurting a client; to replace all of them, one by one, while they serve; and to know when
// to give up. Read before: primary.h, backoff.h. Then manager.cpp, reload.cpp; control.h lets others ask for it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch10_loop/timer.h"
#include "chapters/ch13_cluster/backoff.h"
#include "chapters/ch13_cluster/primary.h"

namespace proclab::cluster {

struct ManagerOptions {
  PrimaryOptions primary;
  unsigned workers = 1;
  /// Who was asked to leave, or has closed its channel, and is still there after that, is killed.
  Milliseconds grace{10'000};
  Backoff::Options backoff;
  /// A worker must listen so soon after its start, or it is killed, and another follows as after any other
  /// early death; in a reload the old ones stay. 0: it may take its time, and perhaps never listens.
  Milliseconds ready_within{30'000};
};

/// Keeps N workers. The loop's thread; keeps the loop running until it has stopped.
///
/// A worker has a place ("slot"), in which another follows it. A slot whose workers die young too often in a row is
/// given up; when all are, that is FATAL: nothing is left to wait for.
class Manager {
 public:
  enum class Phase { running, reloading, stopping, stopped };

  /// `log` gets a line for each thing that happened, for a person.
  Manager(loop::Loop& loop, ManagerOptions options, std::function<void(const std::string&)> log);
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// Starts the workers. Errors: of the first start, when the program cannot be started at all.
  Result<void> start();
  /// Asks all to leave, and kills who has not in `grace`. Again: kills at once.
  void stop();
  /// Replaces each worker: a new one is started first, and the old one leaves when the new one listens. So never
  /// fewer are ready than before. Slots that were given up are tried again. While one is under way: it starts over.
  void reload();
  /// Adds slots, or takes the last ones away. Errors: invalid_argument: 0, or more than kMostWorkers;
  /// operation_canceled: it is stopping.
  Result<void> scale(unsigned workers);
  static constexpr unsigned kMostWorkers = 1024;

  [[nodiscard]] Phase phase() const;
  /// How many workers there should be.
  [[nodiscard]] unsigned target() const { return static_cast<unsigned>(slots_.size()); }
  /// All slots were given up: the program should end with an error.
  [[nodiscard]] bool fatal() const { return fatal_; }
  /// Called once, when it has stopped. May be empty.
  std::function<void()> on_stopped;
  /// As JSON has it: {"pid":…,"phase":"running","policy":"rr","target":1,"ready":1,"workers":[{"slot":1,"id":1,"pid":…,"state":"ready",
  /// "connections":0,"restarts":0,"uptime":1.5,"cpu":0.01,"memory":4096}],"waiting":0,"reload":"none"}. "reload" is how
  /// the last one went: "none", "under way", "done", "given up: " and why. Times in seconds, memory in
  /// bytes. A slot without a worker has "state":"waiting" or "given up" and no id; who was asked to leave has no slot.
  [[nodiscard]] Value status() const;
  [[nodiscard]] Primary& primary() { return primary_; }

 private:
  struct Slot {
    std::optional<WorkerId> worker;
    std::optional<loop::Timer> pause;  // until the next start
    Backoff backoff;
    unsigned restarts = 0;
    bool given_up = false;
  };
  /// One that shall take another's slot.
  struct Replacement {
    std::size_t slot;
    WorkerId worker;
  };

  // ---- manager.cpp ----
  [[nodiscard]] PrimaryEvents events();
  Result<WorkerId> start_one();
  void fill(std::size_t slot);
  void exited(const WorkerInfo& was, const spawn::ExitStatus& how);
  void lost(std::size_t slot, const Backoff::Life& life, const std::string& how);
  void give_up(std::size_t slot);
  void retire(WorkerId worker);
  void parted(WorkerId worker);
  void expect_end_of(WorkerId worker, const std::string& why);
  void check_stopped();
  [[nodiscard]] std::optional<std::size_t> slot_of(WorkerId worker) const;
  void say(const std::string& what) const;

  // ---- reload.cpp ----
  void replace_next();
  void ready(WorkerId worker);
  void give_reload_up(const std::string& why);

  loop::Loop& loop_;
  ManagerOptions options_;
  std::function<void(const std::string&)> log_;
  std::vector<Slot> slots_;
  std::map<WorkerId, loop::Timer> awaited_;  // who does not listen yet, and when it is killed
  std::map<WorkerId, loop::Timer> leaving_;  // or without a channel; and when they are killed
  std::deque<std::size_t> to_replace_;
  std::optional<Replacement> replacement_;
  std::string last_reload_ = "none";
  bool stopping_ = false, stopped_ = false, fatal_ = false;
  Primary primary_;
};

/// "running", "reloading", "stopping", "stopped".
[[nodiscard]] const char* name_of(Manager::Phase phase);

}  // namespace proclab::cluster
