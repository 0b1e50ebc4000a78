// Chapter 11 · channel: from open to close. Read channel.h, state.h first; then receive.cpp, send.cpp.
#include "chapters/ch11_channel/channel.h"

#include <utility>

#include "chapters/ch11_channel/internal.h"
#include "chapters/ch11_channel/state.h"

namespace proclab::channel {

Result<Channel> Channel::open(loop::Loop& loop, Handle end, Options options, Pid peer) {
  Result<std::unique_ptr<Wire>> wire = make_wire(loop, std::move(end));
  if (!wire) return wire.error();
  (*wire)->set_peer(peer);
  return Channel(std::make_shared<State>(options, std::move(wire).value(), loop.poster()));
}

Channel& Channel::operator=(Channel&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}

void Channel::start(Events events) {
  if (!state_ || !state_->is_open() || state_->started) return;
  *state_->events = std::move(events);
  state_->started = true;
  if (!state_->paused) state_->wire->read();
}

Result<Flow> Channel::send(const Value& message, OnDone done) {
  if (!connected()) return make_error("send", std::errc::not_connected);
  return state_->send(message, {}, std::move(done));
}

Result<Flow> Channel::send(Value message, Outgoing handle, OnDone done) {
  if (!connected()) return make_error("send", std::errc::not_connected);
  if (!handle.socket || !*handle.socket) {
    return make_error("send", std::errc::invalid_argument, "no socket");
  }
  const Value wrapped = wrap(std::move(message), handle);
  return state_->send(wrapped, std::move(handle), std::move(done));
}

void Channel::flush() {
  if (state_) state_->wire->stream().flush();
}

bool Channel::awaits_handle() const { return state_ && state_->unconfirmed.has_value(); }

std::size_t Channel::pending() const { return state_ ? state_->pending() : 0; }

void Channel::pause() {
  if (!connected() || state_->paused) return;
  state_->paused = true;
  state_->wire->stop_reading();
}

void Channel::resume() {
  if (connected() && state_->paused) state_->resume();
}

//> disconnect
void Channel::disconnect() {
  if (!connected()) return;
  State& state = *state_;
  state.connected = false;
  state.held.clear();
  state.paused = false;
  state.wire->read();  // for the confirmations that what waits is waiting for
  if (!state.must_wait()) state.end_after_all();
}
//< disconnect

bool Channel::connected() const { return state_ && state_->connected && state_->is_open(); }

void Channel::close() noexcept {
  if (state_) state_->close();
}

void Channel::ref() {
  if (state_) state_->wire->stream().ref();
}

void Channel::unref() {
  if (state_) state_->wire->stream().unref();
}

void Channel::set_peer(Pid peer) {
  if (state_) state_->wire->set_peer(peer);
}

// ---- the end ----

void Channel::State::warn(std::errc code, const char* what) const {
  const std::shared_ptr<Events> keep = events;
  if (keep->warning) keep->warning(make_error("channel", code, what));
}

//> end
void Channel::State::end(const std::optional<Error>& why) {
  if (!is_open()) return;
  const std::shared_ptr<State> keep = self();
  const std::shared_ptr<Events> told = events;
  std::vector<OnDone> waiting;
  for (OnDone& one : untold) waiting.push_back(std::move(one));
  if (unconfirmed) waiting.push_back(std::move(unconfirmed->done));
  for (Waiting& one : queue) waiting.push_back(std::move(one.done));
  if (latched) warn(std::errc::bad_message, "a socket came, and no message for it: closed");
  if (!is_open()) return;  // the warning has closed it
  close();
  const std::shared_ptr<Events> after = events;
  const Error gone = make_error("send", std::errc::not_connected, "the other end is gone");
  for (const OnDone& done : waiting) {
    if (done && events == after) done(gone);
  }
  if (told->disconnect && events == after) told->disconnect(why);  // unless one has called close()
}
//< end

void Channel::State::close() {
  // What callbacks and sockets had captured goes at the end of this call, when all is in order again.
  const std::shared_ptr<Events> told = std::exchange(events, std::make_shared<Events>());
  const std::deque<Waiting> dropped = std::exchange(queue, {});
  const std::optional<Waiting> under_way = std::exchange(unconfirmed, std::nullopt);
  const std::deque<OnDone> never_told = std::exchange(untold, {});
  const std::deque<Message> unheard = std::exchange(held, {});
  connected = false;
  queued = 0;
  latched.reset();
  wire->stop_reading();
  wire->stream().close();
}

}  // namespace proclab::channel
