// Chapter 11 · channel: a socket in a message.
//
// Question: which words must stand around a socket, so that Node makes a net.Server or a net.Socket of it? Read
// before: chapter 6's passing.h. Then channel.h, which takes and gives these.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chapters/ch06_sockets/socket.h"

namespace proclab::channel {

/// What the receiver makes of a socket: Node's names for it on the wire.
enum class Kind {
  server,        ///< "net.Server": listens. TCP, or (POSIX) Unix; the same for the next two
  socket,        ///< "net.Socket": a connection; its sender gives it away
  native,        ///< "net.Native": either, and the receiver knows which: chapter 13
  dgram_socket,  ///< "dgram.Socket": UDP, POSIX only
  dgram_native,  ///< "dgram.Native"
};

/// "net.Server" …
[[nodiscard]] const char* name_of(Kind kind);
/// Back again; nullopt: nobody knows such a thing.
[[nodiscard]] std::optional<Kind> kind_named(std::string_view name);

/// A socket to be sent.
struct Outgoing {
  Kind kind = Kind::socket;
  /// The channel lets go of it when the receiver has it, or never will. Who holds it too goes on serving it: a
  /// listening socket that both keep is a server in two processes.
  std::shared_ptr<const sockets::Socket> socket;
  /// For Kind::socket: which of our servers it came from. The receiver counts those of one key, and tells when
  /// asked: {"cmd":"NODE_SOCKET_GET_COUNT","key":…} and NODE_SOCKET_NOTIFY_CLOSE. Empty: nobody counts.
  std::string key;
  std::string dgram_type;  ///< for Kind::dgram_socket: "udp4" or "udp6"
};

/// One that has come.
struct Incoming {
  Kind kind = Kind::socket;
  sockets::Socket socket;  ///< blocking or not, as it was; not inherited by children
  std::string dgram_type;  ///< as above
  /// Keep it as long as the connection is open: the channel counts those that live, and answers the other end's
  /// questions about them. Null where nobody asks.
  std::shared_ptr<const void> counted;
};

}  // namespace proclab::channel
