// Chapter 12 · child_process: from the first event to the last. Read child_process.h, state.h
// first.
#include <utility>

#include "chapters/ch12_child_process/state.h"

namespace proclab::child_process {

using State = ChildProcess::State;

namespace {
constexpr int kDrainTurns =
    16;  // 64 KiB each: no pipe holds more than 1 MiB, unless root has asked for it
}  // namespace

//> on-exit
void State::on_exit() {
  exit.reset();
  // A tree's leader stays a zombie until `close`: a timeout may yet have to reach the others of its
  // group.
  const auto how = tree ? process->peek() : process->try_wait();
  ended = true;
  if (how) status = *how;
  if (!tree) timer.reset(), abort.reset();
  if (channel && channel_open && !channel->connected()) {
    channel->close();  // we have left it already, and whom our last words were for is gone
    on_disconnect({});
  }
  if (!pipes.empty() && pipes[0]) pipes[0]->close();
  if (status) tell(&Events::exit, *status);
  if (!how) tell(&Events::error, how.error());  // somebody else has buried it
  for (const auto& pipe : pipes) {
    if (pipe && !pipe->is_used()) pipe->read({});  // or it would never come to its end
  }
  if (cut) drain(kDrainTurns);
  changed();
}
//< on-exit

//> changed
/// Something has come or gone. Is that all?
void State::changed() {
  if (closed || !ended || channel_open) return;
  for (const auto& pipe : pipes) {
    if (pipe && pipe->is_open()) return;
  }
  closed = true;
  poster.post([self = shared_from_this()] { self->tell_close(); });
}
//< changed

void State::tell_close() {
  timer.reset();
  abort.reset();
  if (process && process->owes_wait()) (void)process->try_wait();
  tree.reset();
  tell(&Events::close, status);
  keeper.reset();  // and so let_go()
}

// ---- signals ----

Result<bool> State::kill(int signal) {
  if (ended || !process) return false;
  const Result<void> sent = tree ? tree->kill(*process, signal) : process->kill(signal);
  if (!sent && sent.error().code == std::errc::no_such_process) return false;
  if (!sent) return sent.error();
  if (signal != 0) killed = true;
  return true;
}

void State::on_timeout() {
  timed_out = true;
  cut_short();
}

void State::on_abort() {
  if (closed || cut || (ended && !tree)) return;
  cut_short();
  tell(&Events::error, make_error("abort", std::errc::operation_canceled, file));
}

//> cut-short
void State::cut_short() {
  if (!ended) {
    (void)kill(kill_signal);
  } else if (tree && process) {
    (void)tree->kill(*process, kill_signal);  // its leader is a zombie that keeps the number
    killed = true;
  }
  if (!tree || std::exchange(cut, true)) return;
  if (ended) drain(kDrainTurns);
}

/// What lies in the pipes when the leader has ended is taken, a piece of each in every turn; and
/// then they are closed. By number, and not until nothing comes: who fled may hold a pipe, and
/// write for ever.
void State::drain(int turns) {
  poster.post([self = shared_from_this(), turns] {
    if (turns > 0) return self->drain(turns - 1);
    for (const auto& pipe : self->pipes) {
      if (pipe) pipe->close();
    }
  });
}
//< cut-short

// ---- the channel ----

channel::Events State::channel_events() {
  channel::Events wanted;
  wanted.message = [this](channel::Message one) {
    if (const auto call = events.message) call(std::move(one));
  };
  wanted.internal = [this](channel::Message one) {
    if (const auto call = events.internal) call(std::move(one));
  };
  wanted.drain = [this] { tell(&Events::drain); };
  wanted.warning = [this](const Error& what) { tell(&Events::warning, what); };
  wanted.disconnect = [this](const std::optional<Error>& why) { on_disconnect(why); };
  return wanted;
}

void State::on_disconnect(const std::optional<Error>& why) {
  channel_open = false;
  if (why) tell(&Events::error, *why);
  tell(&Events::disconnect);
  changed();
}

// ---- what its owner asks ----

void State::let_go() {
  closed = true;
  events = inner = {};  // what they had captured, this child perhaps
  for (const auto& pipe : pipes) {
    if (pipe) pipe->forget();
  }
  if (!process || !process->owes_wait()) return;
  (void)process->try_wait();
  if (process->owes_wait()) process->disown();  // the loop has ended before it
}

std::optional<Pid> ChildProcess::pid() const { return state_->pid; }

PipeEnd* ChildProcess::stdio(std::size_t slot) const {
  return slot < state_->pipes.size() ? state_->pipes[slot].get() : nullptr;
}

const std::optional<ExitStatus>& ChildProcess::status() const { return state_->status; }
bool ChildProcess::killed() const { return state_->killed; }
bool ChildProcess::timed_out() const { return state_->timed_out; }
const std::string& ChildProcess::spawn_file() const { return state_->file; }
const std::vector<std::string>& ChildProcess::spawn_args() const { return state_->args; }
Events& ChildProcess::on() { return state_->events; }
Result<bool> ChildProcess::kill(int signal) { return state_->kill(signal); }

Result<channel::Flow> ChildProcess::send(const channel::Value& message,
                                         channel::Channel::OnDone done) {
  if (!connected()) return make_error("send", std::errc::not_connected);
  return state_->channel->send(message, std::move(done));
}

Result<channel::Flow> ChildProcess::send(channel::Value message, channel::Outgoing handle,
                                         channel::Channel::OnDone done) {
  if (!connected()) return make_error("send", std::errc::not_connected);
  return state_->channel->send(std::move(message), std::move(handle), std::move(done));
}

bool ChildProcess::connected() const { return state_->channel && state_->channel->connected(); }

Result<void> ChildProcess::disconnect() {
  if (!connected()) return make_error("disconnect", std::errc::not_connected);
  state_->channel->disconnect();
  return {};
}

channel::Channel* ChildProcess::channel() const {
  return state_->channel ? &*state_->channel : nullptr;
}

void ChildProcess::ref() {
  if (state_->exit) state_->exit->ref();
  if (state_->timer) state_->timer->ref();
}

void ChildProcess::unref() {
  if (state_->exit) state_->exit->unref();
  if (state_->timer) state_->timer->unref();
}

}  // namespace proclab::child_process
