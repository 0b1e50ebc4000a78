// Chapter 11 · channel: messages between a parent and its child, as Node.js speaks them.
//
// Question: what does process.send() write, and what must a program that knows no JavaScript do, so that a real
// Node.js at the other end takes it for one of its own? Read before: chapter 10; value.h. Then start.h (how both
// ends come to be), framing.h, wire.h; channel.cpp, receive.cpp, send.cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "chapters/ch10_loop/loop.h"
#include "chapters/ch11_channel/framing.h"
#include "chapters/ch11_channel/handle.h"
#include "chapters/ch11_channel/value.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::channel {

struct Options {
  Serialization serialization = Serialization::json;  ///< both ends must agree
  /// The longest message that is taken, and the most that waits to be sent, in bytes each. It bounds what another
  /// process can make this one hold: that text, and at worst some twenty times as much for the values of one that
  /// is all `[0,0,0…` (json.h). Whoever talks to strangers sets it lower.
  std::size_t limit = kMessageLimit;
  /// From here on send() asks for a pause. Node has the same mark.
  std::size_t pause_at = std::size_t{128} << 10;
};

/// A message, and the socket that came with it.
struct Message {
  Value value;
  std::optional<Incoming> handle;
};

/// What a channel tells. Each may be empty. Called by the loop alone, never within a call of ours. May do
/// everything: send, close, destroy the channel.
struct Events {
  std::function<void(Message&&)> message;
  /// Node's own: an object whose `cmd` begins with NODE_ and goes on. What concerns handles is dealt with here and
  /// not told; all others are, such as chapter 13's NODE_CLUSTER.
  std::function<void(Message&&)> internal;
  /// send() had asked for a pause, and it is over.
  std::function<void()> drain;
  /// Once, and the last: there is no channel any more. No error: the other end, or disconnect(), has closed it
  /// between two messages. Errors: bad_message: it ended within one, or sent what is none (and so
  /// illegal_byte_sequence, not_supported, value_too_large: json.h, advanced.h); message_size: one above the
  /// limit; connection_reset: it was gone before it had read all of ours.
  std::function<void(const std::optional<Error>& why)> disconnect;
  /// Something went wrong that the channel survives: a socket was lost, or came with no message and is closed; its
  /// message said what nobody knows; one that we sent did not arrive.
  std::function<void(const Error& what)> warning;
};

/// What to do after a send().
enum class Flow { go_on, pause };

/// One end of a channel. Owns it. Moves, never copies; the loop's thread only. Keeps the loop running while it is
/// connected, unless unref() was called.
class Channel {
 public:
  using OnDone = std::function<void(Result<void>)>;

  /// Takes over an end: of sockets::pair(), or from a slot. start.h does this for a parent and for a child.
  /// `peer` is the process at the other end, which Windows needs for passing sockets (0: not known).
  /// Errors: as loop::Stream::open(); not_a_socket.
  static Result<Channel> open(loop::Loop& loop, Handle end, Options options = {}, Pid peer = 0);

  Channel(Channel&&) noexcept = default;
  Channel& operator=(Channel&& other) noexcept;
  ~Channel() { close(); }

  /// Begins to read, and to tell. Once. Before it the channel keeps the loop not running.
  void start(Events events);

  /// Sends a message, in its turn. All that are sent in one turn of the loop leave in one write. `done`, which
  /// may be empty, is told when the kernel has it, or that it never will.
  /// Flow::pause: taken, but more than Options::pause_at waits now; go on at `drain`.
  /// Errors, and then nothing is sent and `done` not called: not_connected: after disconnect(), or the
  /// other end is gone; no_buffer_space: more than Options::limit would wait; illegal_byte_sequence,
  /// value_too_large: no message: write_message().
  Result<Flow> send(const Value& message, OnDone done = {});

  /// The same with a socket. Everything that is sent after it waits until the other end has confirmed it; a peer
  /// that never does can only be closed: see awaits_handle(). `done` is told when it has arrived. A Kind::socket
  /// that was lost on its way is sent again, three times; then, and for other kinds at once, `done` gets
  /// connection_aborted, and `warning` too. Errors: as above; invalid_argument: no socket; Windows:
  /// not_supported for all but TCP.
  Result<Flow> send(Value message, Outgoing handle, OnDone done = {});

  /// Sends now what has been sent in this turn, and does not wait for its end: before a long computation. Many
  /// messages with a flush() each are a system call each, as Node does it.
  void flush();

  /// Whether a socket is under way that has not been confirmed.
  [[nodiscard]] bool awaits_handle() const;
  /// Bytes that wait to be taken by the kernel.
  [[nodiscard]] std::size_t pending() const;

  /// Not to read is to let the other end wait: nothing is told until resume(), confirmations of ours included.
  void pause();
  void resume();

  /// No more from either side: sends what waits, then closes and tells `disconnect`. No further message is
  /// told. With a peer that does not read, that may be never: close() is the way out.
  void disconnect();
  /// False after disconnect(), and when the other end has gone.
  [[nodiscard]] bool connected() const;

  /// Closes now. What waits is dropped; nothing is told any more. Again: nothing.
  void close() noexcept;

  void ref();
  void unref();

  /// For start.h, once: who is at the other end.
  void set_peer(Pid peer);

 private:
  struct State;
  explicit Channel(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace proclab::channel
