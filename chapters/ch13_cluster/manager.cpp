// Chapter 13 · cluster: N workers, whatever happens. Read manager.h first; reload.cpp and status.cpp are its rest.
#include "chapters/ch13_cluster/manager.h"

#include <utility>

namespace proclab::cluster {
namespace {

std::string named(const WorkerInfo& worker) {
  return "worker " + std::to_string(worker.id) + " (pid " + std::to_string(worker.pid) + ")";
}

Backoff::Life life_of(const WorkerInfo& was, const spawn::ExitStatus& how) {
  return {Clock::now() - was.started, was.first_ready.has_value(),
          how.signal == spawn::kKill && !was.killed_by_us};
}

}  // namespace

Manager::Manager(loop::Loop& loop, ManagerOptions options,
                 std::function<void(const std::string&)> log)
    : loop_(loop),
      options_(std::move(options)),
      log_(std::move(log)),
      primary_(loop, options_.primary, events()) {}

PrimaryEvents Manager::events() {
  PrimaryEvents told;
  told.listening = [this](WorkerId worker, const Place&) { ready(worker); };
  told.exit = [this](const WorkerInfo& was, const spawn::ExitStatus& how) { exited(was, how); };
  told.disconnect = [this](WorkerId worker) {
    if (!leaving_.contains(worker)) parted(worker);
  };
  told.fault = [this](WorkerId worker, const Error& what) {
    say(worker == 0 ? what.message() : "worker " + std::to_string(worker) + ": " + what.message());
  };
  return told;
}

//> parted
/// Its channel is closed, and nobody had asked for that. Nearly always it is dying: the kernel closes what it had, and
/// then tells how it ended. No clock can say how soon: so nothing is said of it before it has ended. The few that live
/// on cannot be asked for anything any more; they may finish what they have, like all who leave.
void Manager::parted(WorkerId worker) {
  awaited_.erase(worker);
  expect_end_of(worker, "has closed its channel, and does not end: killed");
}

/// Whoever is still there after the grace is killed, and `why` is said.
void Manager::expect_end_of(WorkerId worker, const std::string& why) {
  leaving_.insert_or_assign(worker, loop::Timer::once(loop_, options_.grace, [this, worker, why] {
                              say("worker " + std::to_string(worker) + " " + why);
                              (void)primary_.kill(worker, spawn::kKill);
                            }));
}
//< parted

//> start
Result<void> Manager::start() {
  primary_.servers().keep(true);  // clients may wait a moment for a worker that follows another
  slots_.resize(options_.workers);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].backoff = Backoff(options_.backoff);
    const Result<WorkerId> worker = start_one();
    if (!worker && i == 0) return slots_.clear(), worker.error();
    if (!worker) lost(i, {}, worker.error().message());
    if (worker) slots_[i].worker = *worker;
  }
  return {};
}
//< start

//> start-one
Result<WorkerId> Manager::start_one() {
  Result<WorkerId> worker = primary_.start();
  if (!worker || options_.ready_within == Milliseconds(0)) return worker;
  awaited_.insert_or_assign(
      *worker, loop::Timer::once(loop_, options_.ready_within, [this, one = *worker] {
        say("worker " + std::to_string(one) + " does not listen after " +
            std::to_string(options_.ready_within.count()) + " ms: killed");
        (void)primary_.kill(one, spawn::kKill);  // what follows, follows from its end
      }));
  return worker;
}
//< start-one

void Manager::fill(std::size_t slot) {
  slots_[slot].pause.reset();
  if (stopping_ || slots_[slot].worker) return;
  const Result<WorkerId> worker = start_one();
  if (!worker) return lost(slot, {}, worker.error().message());
  slots_[slot].worker = *worker;
}

//> exited
void Manager::exited(const WorkerInfo& was, const spawn::ExitStatus& how) {
  awaited_.erase(was.id);
  leaving_.erase(was.id);
  if (replacement_ && replacement_->worker == was.id) {
    give_reload_up("the new " + named(was) + " has ended: " + how.text());
  } else if (const std::optional<std::size_t> slot = slot_of(was.id)) {
    slots_[*slot].worker.reset();
    if (!stopping_) lost(*slot, life_of(was, how), named(was) + " has ended: " + how.text());
  } else {
    say(named(was) + " has left: " + how.text());
  }
  check_stopped();
}
//< exited

//> lost
/// A slot is empty that should not be.
void Manager::lost(std::size_t slot, const Backoff::Life& life, const std::string& how) {
  const std::optional<Milliseconds> pause = slots_[slot].backoff.ended(life);
  if (!pause) {
    say(how);
    return give_up(slot);
  }
  ++slots_[slot].restarts;
  say(how + (*pause == Milliseconds(0)
                 ? "; the next is started"
                 : "; the next is started in " + std::to_string(pause->count()) + " ms"));
  // By a timer also when there is no pause: one that cannot be started must not be tried within itself.
  slots_[slot].pause = loop::Timer::once(loop_, *pause, [this, slot] {
    if (slot < slots_.size()) fill(slot);
  });
}

void Manager::give_up(std::size_t slot) {
  slots_[slot].given_up = true;
  say("FATAL: slot " + std::to_string(slot + 1) + " is given up after " +
      std::to_string(options_.backoff.most + 1) + " workers that died young");
  for (const Slot& one : slots_) {
    if (!one.given_up) return;
  }
  say("FATAL: no worker is left, and none will come: the program does not start");
  fatal_ = true;
  stop();
}
//< lost

//> retire
/// Asks a worker to leave, and does not wait for ever.
void Manager::retire(WorkerId worker) {
  const std::optional<WorkerInfo> info = primary_.find(worker);
  if (!info) return;
  awaited_.erase(worker);
  if (info->state != State::gone) say(named(*info) + " is asked to leave");
  primary_.disconnect(worker);
  // It has not said that it speaks our language: perhaps it does not, or is not that far.
  if (info->state == State::starting) (void)primary_.kill(worker, spawn::kTerminate);
  expect_end_of(worker, "has not left in time: killed");
}
//< retire

//> stop
void Manager::stop() {
  if (std::exchange(stopping_, true)) {
    for (const WorkerInfo& one : primary_.workers()) (void)primary_.kill(one.id, spawn::kKill);
    return;
  }
  say(fatal_ ? "stopping" : "stopping: workers finish what is under way");
  to_replace_.clear();
  replacement_.reset();
  for (Slot& slot : slots_) slot.pause.reset();
  for (const WorkerInfo& one : primary_.workers()) {
    if (!leaving_.contains(one.id)) retire(one.id);
  }
  primary_.servers().keep(false);
  check_stopped();
}

void Manager::check_stopped() {
  if (!stopping_ || stopped_ || !primary_.workers().empty()) return;
  stopped_ = true;
  say("stopped");
  if (on_stopped) loop_.post([this] { on_stopped(); });
}
//< stop

//> scale
Result<void> Manager::scale(unsigned workers) {
  if (workers == 0 || workers > kMostWorkers) {
    return make_error("scale", std::errc::invalid_argument, "1 to " + std::to_string(kMostWorkers));
  }
  if (stopping_) return make_error("scale", std::errc::operation_canceled, "stopping");
  say("scale: " + std::to_string(slots_.size()) + " to " + std::to_string(workers));
  while (slots_.size() > workers) {
    const Slot last = std::move(slots_.back());
    slots_.pop_back();
    if (replacement_ && replacement_->slot == slots_.size()) {
      retire(replacement_->worker);
      replacement_.reset();
      loop_.post([this] { replace_next(); });
    }
    if (last.worker) retire(*last.worker);
  }
  while (slots_.size() < workers) {
    slots_.emplace_back().backoff = Backoff(options_.backoff);
    fill(slots_.size() - 1);
  }
  return {};
}
//< scale

std::optional<std::size_t> Manager::slot_of(WorkerId worker) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].worker == worker) return i;
  }
  return std::nullopt;
}

void Manager::say(const std::string& what) const {
  if (log_) log_(what);
}

}  // namespace proclab::cluster
