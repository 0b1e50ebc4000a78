// Chapter 11 · channel: from messages to bytes. Read state.h first.
//
// A message is on its way once it is in the stream, which gathers what one turn has asked for. One with a socket
// keeps all that come after it from going, until the other end has said that it has the socket.
#include <utility>

#include "chapters/ch11_channel/message.h"
#include "chapters/ch11_channel/state.h"

namespace proclab::channel {
namespace {

constexpr int kMostTries = 4;  // Node's: once, and three times more

Error not_here(std::errc code, const char* why) { return make_error("send", code, why); }

}  // namespace

//> send
Result<Flow> Channel::State::send(const Value& message, std::optional<Outgoing> handle,
                                  OnDone done) {
  // The usual case: nobody asks what becomes of it, and it is written where it leaves from.
  std::string* const tail = handle || done || must_wait() ? nullptr : wire->tail();
  const Result<void> taken = tail != nullptr
                                 ? append(message, *tail)
                                 : send_apart(message, std::move(handle), std::move(done));
  if (!taken) return taken.error();
  if (pending() <= options.pause_at) return Flow::go_on;
  asked_to_pause = true;
  return Flow::pause;
}

Result<void> Channel::State::append(const Value& message, std::string& out) {
  const std::size_t before = out.size();
  if (Result<void> written = write_message(options.serialization, message, out); !written) {
    return written;
  }
  const std::size_t size = out.size() - before;
  if (Result<void> room = room_for(size); !room) {
    out.resize(before);
    return room;
  }
  wire->stream().grew(size);
  watch();
  return {};
}

Result<void> Channel::State::send_apart(const Value& message, std::optional<Outgoing> handle,
                                        OnDone done) {
  Waiting waiting;
  waiting.bytes = wire->stream().spare();
  if (Result<void> written = write_message(options.serialization, message, waiting.bytes);
      !written) {
    return written;
  }
  if (Result<void> room = room_for(waiting.bytes.size()); !room) return room;
  waiting.handle = std::move(handle);
  waiting.done = std::move(done);
  return put(std::move(waiting));
}

Result<void> Channel::State::room_for(std::size_t size) const {
  if (size <= options.limit && pending() <= options.limit - size) return {};
  return not_here(std::errc::no_buffer_space, "the other end does not read, and too much waits");
}

Result<void> Channel::State::put(Waiting&& message) {
  if (!must_wait()) return transmit(std::move(message));
  queued += message.bytes.size();
  queue.push_back(std::move(message));
  return {};
}
//< send

//> transmit
Result<void> Channel::State::transmit(Waiting&& message) {
  if (message.handle) {
    // A copy of the bytes, to send them again if need be. One message, one sendmsg(), one descriptor.
    Result<void> packed = wire->write(message.bytes, message.handle->socket, {});
    if (!packed) return packed;
    ++message.tries;
    unconfirmed = std::move(message);
  } else if (message.done) {
    untold.push_back(std::move(message.done));
    return wire->write(std::move(message.bytes), nullptr, [this](const Result<void>& how) {
      const OnDone done = std::move(untold.front());
      untold.pop_front();
      done(how);
    });
  } else {
    wire->write(std::move(message.bytes));
  }
  watch();
  return {};
}
//< transmit

void Channel::State::reply(const Value& message, bool at_once) {
  if (!is_open() || (!connected && !at_once)) return;
  Waiting waiting;
  if (!write_message(options.serialization, message, waiting.bytes)) return;  // a key of no UTF-8
  if (pending() > options.limit) {
    return end(not_here(std::errc::no_buffer_space, "the other end asks and does not read"));
  }
  // A confirmation waits for nobody: if both waited for the other's, both would for ever.
  (void)(at_once ? transmit(std::move(waiting)) : put(std::move(waiting)));
}

//> confirmed
void Channel::State::confirmed(bool arrived) {
  if (!unconfirmed) {
    return warn(std::errc::bad_message, "a confirmation, and nothing was to be confirmed");
  }
  Waiting was = *std::exchange(unconfirmed, std::nullopt);
  if (!arrived && was.handle->kind == Kind::socket && was.tries < kMostTries) {
    if (transmit(Waiting(was))) return;
  }
  was.handle
      .reset();  // they have theirs, or never will: ours is closed unless somebody else holds it
  send_waiting();
  if (!arrived) warn(std::errc::connection_aborted, "a socket did not reach the receiving process");
  if (was.done) {
    was.done(arrived ? Result<void>{}
                     : not_here(std::errc::connection_aborted, "the socket is lost"));
  }
}
//< confirmed

void Channel::State::send_waiting() {
  while (!queue.empty() && !unconfirmed && is_open()) {
    Waiting next = std::move(queue.front());
    queue.pop_front();
    queued -= next.bytes.size();
    const OnDone done = next.done;
    const Result<void> sent = transmit(std::move(next));
    if (!sent && done) done(sent.error());
  }
  if (!connected && is_open() && !must_wait()) end_after_all();
}

// ---- what has become of it ----

//> watch
/// Has itself told when what is in the stream by now is gone, unless that is under way.
void Channel::State::watch() {
  if (watching) return;
  watching = true;
  wire->stream().write({}, [this](const Result<void>& how) { written(how); });
}

void Channel::State::written(const Result<void>& how) {
  watching = false;
  if (!how && how.error().code != std::errc::broken_pipe &&
      how.error().code != std::errc::connection_reset) {
    return end(how.error());
  }
  if (!how || !asked_to_pause)
    return;  // of a peer that is gone, reading tells, after its last words
  if (pending() > options.pause_at) return watch();
  asked_to_pause = false;
  const std::shared_ptr<Events> keep = events;
  if (keep->drain) keep->drain();
}
//< watch

void Channel::State::end_after_all() {
  wire->stream().write({}, [this](const Result<void>& how) {
    end(how ? std::nullopt : std::optional(how.error()));
  });
}

}  // namespace proclab::channel
