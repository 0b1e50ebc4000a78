// Chapter 11 · channel: the system's half: bytes, and sockets that ride on them. For this chapter's files.
//
// Question: what is the same when a socket travels along with bytes (POSIX) and when a copy of it is packed into
// the bytes (Windows)? To those above: bytes come, and sometimes a socket with them. Read before: chapter 10's
// stream.h, chapter 6's passing.h. Then wire_posix.cpp, wire_win32.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chapters/ch06_sockets/socket.h"
#include "chapters/ch10_loop/stream.h"

namespace proclab::channel {

/// What has come in one piece.
struct Arrival {
  std::string_view bytes;                 ///< good until arrived() returns; empty: the end
  std::optional<sockets::Socket> socket;  ///< rode on them
  bool lost =
      false;  ///< more were sent than there is: surplus ones are closed, others never got in
};

/// One end of a channel as the system has it.
class Wire {
 public:
  struct Receiver : std::enable_shared_from_this<Receiver> {
    virtual ~Receiver() = default;
    /// The next piece, or why there will be none. May close the wire.
    virtual void arrived(Result<Arrival> piece) = 0;
  };

  virtual ~Wire() = default;
  /// Whom to tell; not owned: the receiver owns the wire.
  void set_receiver(Receiver& receiver) { receiver_ = &receiver; }
  /// Windows packs a socket for one process, so it has to know which.
  virtual void set_peer(Pid) {}

  /// Asks for pieces, until they are stopped. A read that has brought several gives all of them.
  virtual void read() = 0;
  /// Sends bytes; with a socket on the first of them. `done`: as Stream::write(). Errors: of packing.
  virtual Result<void> write(std::string bytes, std::shared_ptr<const sockets::Socket> socket,
                             loop::Stream::OnDone done) = 0;
  /// The same without one.
  virtual void write(std::string bytes) = 0;
  /// As Stream::tail(), where bytes go as they are.
  [[nodiscard]] virtual std::string* tail() { return nullptr; }

  void stop_reading() {
    reading_ = false;
    stream_.cancel_read();
  }
  [[nodiscard]] loop::Stream& stream() { return stream_; }

 protected:
  explicit Wire(loop::Stream stream) : stream_(std::move(stream)) {}
  loop::Stream stream_;
  Receiver* receiver_ = nullptr;
  bool reading_ = false;
};

/// Takes over an end of pair(), or what a child finds in its slot.
/// Errors: as Stream::open(); not_a_socket (POSIX): NODE_CHANNEL_FD names something else.
Result<std::unique_ptr<Wire>> make_wire(loop::Loop& loop, Handle end);

}  // namespace proclab::channel
