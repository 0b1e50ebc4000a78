// Chapter 11 · channel: from bytes to messages. Read state.h first.
//
// Whatever comes was written by another process, which may have gone mad, or never was what we think it is. Each
// step here has an answer for what should not be, and none of them is to trust it.
#include <utility>

#include "chapters/ch11_channel/internal.h"
#include "chapters/ch11_channel/message.h"
#include "chapters/ch11_channel/state.h"

namespace proclab::channel {
namespace {

// After so many bytes of text the inbox's memory is given back: it is bounded by what has come since, whatever a peer
// does to make each part of it as large as can be.
constexpr std::size_t kInboxServes = 64 << 10;

}  // namespace

//> arrived
void Channel::State::arrived(Result<Arrival> piece) {
  const std::shared_ptr<Events> keep = events;  // one of them may close the channel
  // Reset: it has gone, too, and had not read all that we said.
  const bool reset = !piece && piece.error().code == std::errc::connection_reset;
  if (!piece && !reset) return end(piece.error());
  if (reset || piece->bytes.empty()) {
    const Result<void> between_two = splitter.end();
    return end(between_two ? std::nullopt : std::optional(between_two.error()));
  }
  if (piece->lost) {
    warn(std::errc::bad_message, "a descriptor that came is lost: one too many, or none left here");
  }
  if (piece->socket) {
    if (latched) warn(std::errc::bad_message, "a socket came, and no message for it: closed");
    latched = std::move(piece->socket);
  }
  splitter.feed(piece->bytes);
  while (is_open()) {
    const Result<std::optional<std::string_view>> frame = splitter.next();
    if (!frame) return end(frame.error());
    if (!*frame) return;
    const Result<void> read = parse_message(options.serialization, **frame, inbox.value);
    if (!read) return end(read.error());
    receive(std::move(inbox));
    inbox_served += (*frame)->size();
    if (inbox_served < kInboxServes) continue;
    inbox.value = {};
    inbox_served = 0;
  }
}
//< arrived

//> receive
void Channel::State::receive(Message&& message) {
  const std::string_view command = command_of(message.value);
  if (command.empty()) return tell(std::move(message), false);
  if (command == kHandle) return receive_handle(std::move(message.value));
  if (command == kAck || command == kNack) return confirmed(command == kAck);
  if (command == kGetCount) return answer_count(message.value, true);
  if (command == kNotifyClose) return answer_count(message.value, false);
  tell(std::move(message), true);
}
//< receive

//> receive-handle
void Channel::State::receive_handle(Value&& message) {
  if (!latched) return reply(Object{{"cmd", kNack}}, true);  // the kernel had no number left for it
  sockets::Socket socket = *std::exchange(latched, std::nullopt);
  reply(Object{{"cmd", kAck}},
        true);  // one for the whole, also where one message stands in another
  Wrapped found = unwrap(message);
  if (!found.kind)
    return warn(std::errc::bad_message, "a socket of a type that nobody knows: closed");
  Incoming handle{*found.kind, std::move(socket), std::string(found.dgram_type), nullptr};
  if (!found.key.empty()) {
    living.add(found.key);
    handle.counted = std::shared_ptr<const void>(
        this, [weak = std::weak_ptr(self()), key = std::string(found.key)](const void*) {
          const std::shared_ptr<State> state = weak.lock();
          for (std::size_t askers = state ? state->living.remove(key) : 0; askers > 0; --askers) {
            state->reply(Object{{"cmd", kAllClosed}, {"key", key}}, false);
          }
        });
  }
  const bool internal = !command_of(found.message).empty();
  tell({std::move(found.message), std::move(handle)}, internal);
}
//< receive-handle

void Channel::State::answer_count(const Value& message, bool now) {
  const std::string key(text_of(message, "key"));
  if (now) {
    reply(Object{{"cmd", kCount}, {"key", key}, {"count", living.count(key)}}, false);
  } else if (living.none_or_remember(key)) {
    reply(Object{{"cmd", kAllClosed}, {"key", key}}, false);
  }
}

/// Its caller keeps `events`: a callback may close the channel.
void Channel::State::tell(Message&& message, bool internal) {
  if (!connected) return;  // nobody wants to hear more; a socket in it is closed
  if (paused) return held.push_back(std::move(message));
  const auto& callback = internal ? events->internal : events->message;
  if (callback) callback(std::move(message));
}

//> resume
void Channel::State::resume() {
  paused = false;
  // By the loop, as ever: whoever calls resume() is not called back within it.
  poster.post([weak = std::weak_ptr(self())] {
    if (const std::shared_ptr<State> state = weak.lock()) state->tell_held();
  });
}

void Channel::State::tell_held() {
  const std::shared_ptr<Events> keep = events;
  while (!held.empty() && !paused && is_open()) {
    Message next = std::move(held.front());
    held.pop_front();
    const bool internal = !command_of(next.value).empty();
    tell(std::move(next), internal);
  }
  if (started && !paused && is_open()) wire->read();
}
//< resume

}  // namespace proclab::channel
