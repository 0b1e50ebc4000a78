// Chapter 13 · cluster: a worker's life, from start to burial. Read primary.h, member.h first; then dialogue.cpp.
#include "chapters/ch13_cluster/primary.h"

#include <array>
#include <utility>

#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch13_cluster/member.h"

namespace proclab::cluster {
namespace {

constexpr Milliseconds kPatience(200);

}  // namespace

const char* name_of(State state) {
  constexpr std::array kNames{"starting", "online", "ready", "leaving", "gone"};
  return kNames[static_cast<std::size_t>(state)];
}

Primary::Primary(loop::Loop& loop, PrimaryOptions options, PrimaryEvents events)
    : loop_(loop),
      options_(std::move(options)),
      events_(std::move(events)),
      servers_(loop, options_.servers, *this) {
  if (options_.probe_every <= Milliseconds(0)) return;
  probe_timer_ = loop::Timer::every(loop, options_.probe_every, [this] { probe(); });
  probe_timer_->unref();
}

Primary::~Primary() {
  events_ = {};
  for (auto& [id, member] : members_) {
    member->exit.reset();
    member->channel.close();
    if (!member->process.owes_wait()) continue;
    (void)member->process.kill(spawn::kKill);
    (void)member->process.wait();
  }
}

//> start
Result<WorkerId> Primary::start() {
  const WorkerId id = last_id_ + 1;
  spawn::Options program = options_.program;
  program.env.changes.emplace_back(kIdVariable, std::to_string(id));
  // A worker notices the end of its channel, unless it computes without end. macOS has nothing better.
  if (Result<void> bound = reaping::end_with_us(program);
      !bound && bound.error().code != std::errc::not_supported) {
    return bound.error();
  }
  Result<channel::Child> child = channel::start(loop_, std::move(program), options_.channel);
  if (!child) return child.error();
  auto member = std::make_shared<Member>(
      Member{.process = std::move(child->process), .channel = std::move(child->channel)});
  last_id_ = id;
  member->info = {.id = id, .pid = member->process.pid(), .started = Clock::now()};
  Result<loop::Exit> exit = loop::Exit::watch(loop_, member->process, [this, who = member.get()] {
    if (const Shared one = this->member(who->info.id)) exited(one);
  });
  if (!exit) {
    (void)member->process.kill(spawn::kKill);
    (void)member->process.wait();
    return exit.error();
  }
  member->exit = std::move(*exit);
  members_.emplace(id, member);
  listen_to(member);
  return id;
}
//< start

void Primary::listen_to(const Shared& member) {
  // By name: a Member must not hold itself, and one that was buried is not found any more.
  const WorkerId id = member->info.id;
  channel::Events events;
  events.message = [this, id](channel::Message message) {
    if (events_.message) events_.message(id, std::move(message));
  };
  events.internal = [this, id](const channel::Message& message) {
    if (const Shared one = this->member(id)) receive(one, message);
  };
  events.disconnect = [this, id](const std::optional<Error>& why) {
    if (const Shared one = this->member(id)) disconnected(one, why);
  };
  events.warning = [this, id](const Error& what) {
    if (const Shared one = this->member(id)) fault(one, what);
  };
  member->channel.start(std::move(events));
}

void Primary::disconnect(WorkerId worker) {
  const Shared one = member(worker);
  if (!one || one->channel_gone) return;
  one->info.exited_after_disconnect = true;
  one->info.state = State::leaving;
  (void)say(one, Disconnect{});
}

Result<void> Primary::kill(WorkerId worker, int signal) {
  const Shared one = member(worker);
  if (!one || !one->process.owes_wait()) {
    return make_error("kill", std::errc::no_such_process, "worker " + std::to_string(worker));
  }
  one->info.killed_by_us |= signal == spawn::kKill;
  return one->process.kill(signal);
}

Result<channel::Flow> Primary::send(WorkerId worker, const Value& message) {
  const Shared one = member(worker);
  if (!one) return make_error("send", std::errc::not_connected);
  return one->channel.send(message);
}

// ---- the end ----

//> disconnected
/// All that it had said has been heard by now. What it has not answered for goes to another.
void Primary::disconnected(const Shared& member, const std::optional<Error>& why) {
  member->channel_gone = true;
  member->info.state = State::gone;
  member->unanswered.clear();
  servers_.gone(member->info.id);
  if (why && !member->status) {
    // It ended within a message, or said what is none: nothing it says can be trusted, and it has no channel left.
    fault(member, *why);
    put_down(member, std::errc::bad_message, "its channel is broken");
  }
  if (events_.disconnect) events_.disconnect(member->info.id);
  if (member->status) bury(member);
}
//< disconnected

//> exited
void Primary::exited(const Shared& member) {
  const Result<spawn::ExitStatus> how = member->process.wait();
  member->status = how ? *how : spawn::ExitStatus{};
  if (member->channel_gone) return bury(member);
  // Its last words are in the channel, and the end of it behind them: unless a child of its own holds it open.
  member->patience = loop::Timer::once(loop_, kPatience, [this, id = member->info.id] {
    const Shared one = this->member(id);
    if (!one || one->channel_gone) return;
    one->channel.close();
    disconnected(one, std::nullopt);
  });
}
//< exited

void Primary::bury(const Shared& member) {
  const auto found = members_.find(member->info.id);
  if (found == members_.end()) return;
  members_.erase(found);
  if (events_.exit) events_.exit(member->info, *member->status);
}

// ---- who does not behave ----

void Primary::fault(const Shared& member, const Error& what) {
  ++member->info.faults;
  if (member->info.killed_by_us) return;
  if (events_.fault) events_.fault(member->info.id, what);
  if (member->info.faults > options_.most_faults) {
    put_down(member, std::errc::protocol_error, "too many faults");
  }
}

void Primary::put_down(const Shared& member, std::errc code, const std::string& why) {
  if (member->info.killed_by_us || !member->process.owes_wait()) return;
  member->info.killed_by_us = true;
  if (events_.fault) events_.fault(member->info.id, make_error("killed", code, why));
  (void)member->process.kill(spawn::kKill);
}

// ---- looking ----

Primary::Shared Primary::member(WorkerId worker) const {
  const auto found = members_.find(worker);
  return found != members_.end() ? found->second : nullptr;
}

std::optional<WorkerInfo> Primary::find(WorkerId worker) const {
  const Shared one = member(worker);
  return one ? std::optional(one->info) : std::nullopt;
}

std::vector<WorkerInfo> Primary::workers() const {
  std::vector<WorkerInfo> all;
  for (const auto& [id, member] : members_) all.push_back(member->info);
  return all;
}

}  // namespace proclab::cluster
