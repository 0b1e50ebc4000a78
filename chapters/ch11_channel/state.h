// Chapter 11 · channel: what a channel is made of. For this chapter's files.
//
// Read before: channel.h, wire.h, internal.h. Then channel.cpp (from open to close), receive.cpp, send.cpp.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch11_channel/channel.h"
#include "chapters/ch11_channel/framing.h"
#include "chapters/ch11_channel/socket_list.h"
#include "chapters/ch11_channel/wire.h"

namespace proclab::channel {

struct Channel::State final : Wire::Receiver {
  State(const Options& how, std::unique_ptr<Wire> by, loop::Poster to)
      : options(how),
        wire(std::move(by)),
        poster(std::move(to)),
        splitter(how.serialization, how.limit) {
    wire->set_receiver(*this);
  }
  [[nodiscard]] std::shared_ptr<State> self() {
    return std::static_pointer_cast<State>(shared_from_this());
  }

  const Options options;
  std::unique_ptr<Wire> wire;  // its stream is closed when the channel is
  loop::Poster poster;
  std::shared_ptr<Events> events = std::make_shared<Events>();  // who calls one keeps them all
  bool connected = true;  // false: no more from either side, but what waits may still go out

  [[nodiscard]] bool is_open() const { return wire->stream().is_open(); }
  void warn(std::errc code, const char* what) const;
  /// It is over, by the other end's doing or by an error. Tells all who wait.
  void end(const std::optional<Error>& why);
  /// It is over, by ours.
  void close();

  // ---- receive.cpp ----

  void arrived(Result<Arrival> piece) override;
  void receive(Message&& message);
  void receive_handle(Value&& message);
  void tell(Message&& message, bool internal);
  void answer_count(const Value& message, bool now);
  void resume();
  void tell_held();

  Splitter splitter;
  Message inbox;  // the last one, unless its reader took it: the next is made in its memory
  std::size_t inbox_served = 0;            // bytes of text
  std::optional<sockets::Socket> latched;  // for the NODE_HANDLE message that it came with
  std::deque<Message> held;                // came in the piece that was under way when pause() came
  bool started = false, paused = false;
  SocketList living;

  // ---- send.cpp ----

  /// A message that has not left yet, or whose socket has not been confirmed.
  struct Waiting {
    std::string bytes;
    std::optional<Outgoing> handle;
    OnDone done;
    int tries = 0;
  };
  Result<Flow> send(const Value& message, std::optional<Outgoing> handle, OnDone done);
  Result<void> append(const Value& message, std::string& out);
  Result<void> send_apart(const Value& message, std::optional<Outgoing> handle, OnDone done);
  [[nodiscard]] Result<void> room_for(std::size_t size) const;
  Result<void> put(Waiting&& message);
  Result<void> transmit(Waiting&& message);
  void reply(const Value& message, bool at_once);
  void confirmed(bool arrived);
  void send_waiting();
  void watch();
  void written(const Result<void>& how);
  void end_after_all();
  [[nodiscard]] std::size_t pending() const { return wire->stream().pending() + queued; }
  [[nodiscard]] bool must_wait() const { return unconfirmed || !queue.empty(); }

  std::optional<Waiting> unconfirmed;
  std::deque<Waiting> queue;  // behind it
  std::size_t queued = 0;     // bytes in it
  std::deque<OnDone> untold;  // whose messages the kernel has not taken yet
  bool asked_to_pause = false, watching = false;
};

}  // namespace proclab::channel
