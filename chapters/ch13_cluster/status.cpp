// Chapter 13 · cluster: how it is, for others. Read manager.h first.
#include <array>
#include <chrono>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch01_process/usage.h"
#include "chapters/ch13_cluster/manager.h"

namespace proclab::cluster {
namespace {

using channel::Array;
using channel::Object;

double seconds(Clock::duration span) { return std::chrono::duration<double>(span).count(); }

void add_worker(Object& to, const WorkerInfo& worker) {
  to.add("id", worker.id);
  to.add("pid", worker.pid);
  to.add("state", name_of(worker.state));
  to.add("connections", worker.connections);
  to.add("uptime", seconds(Clock::now() - worker.started));
  if (const Result<process::UsageOf> usage = process::usage_of(worker.pid)) {
    to.add("cpu", seconds(usage->cpu));
    to.add("memory", usage->resident);
  }
}

}  // namespace

const char* name_of(Manager::Phase phase) {
  constexpr std::array kNames{"running", "reloading", "stopping", "stopped"};
  return kNames[static_cast<std::size_t>(phase)];
}

Manager::Phase Manager::phase() const {
  if (stopped_) return Phase::stopped;
  if (stopping_) return Phase::stopping;
  return replacement_ || !to_replace_.empty() ? Phase::reloading : Phase::running;
}

//> status
Value Manager::status() const {
  Array workers;
  unsigned ready = 0;
  for (const WorkerInfo& one : primary_.workers()) ready += one.state == State::ready ? 1 : 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Object line{{"slot", i + 1}, {"restarts", slots_[i].restarts}};
    const auto info = slots_[i].worker ? primary_.find(*slots_[i].worker) : std::nullopt;
    if (info) add_worker(line, *info);
    if (!info) line.add("state", slots_[i].given_up ? "given up" : "waiting");
    workers.emplace_back(std::move(line));
  }
  for (const WorkerInfo& worker : primary_.workers()) {
    if (slot_of(worker.id)) continue;
    Object line;
    add_worker(line, worker);
    workers.emplace_back(std::move(line));
  }
  return Object{{"pid", process::pid()},
                {"phase", name_of(phase())},
                {"policy", name_of(options_.primary.servers.policy)},
                {"target", slots_.size()},
                {"ready", ready},
                {"workers", std::move(workers)},
                {"waiting", primary_.servers().waiting()},
                {"reload", last_reload_}};
}
//< status

}  // namespace proclab::cluster
