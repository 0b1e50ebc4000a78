// Chapter 13 · cluster: the words of Node's cluster, as plain data.
//
// Question: what do a primary and its workers say to each other? Ten messages. Each is an object
// {"cmd":"NODE_CLUSTER", …,"seq":n}; an answer has "ack", the seq of what it answers. Here they are read and
// written, and nothing else is done: no socket, no loop. Read before: chapter 11's value.h. Then protocol.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <variant>

#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch11_channel/value.h"
#include "platform/result.h"

namespace proclab::cluster {

using channel::Value;

/// A worker's name: 1, 2 …, in the order of starting, never used again by one primary.
using WorkerId = unsigned;
/// How a worker learns its name, and that it is one.
inline constexpr const char* kIdVariable = "NODE_UNIQUE_ID";
/// The `cmd` of all of these.
inline constexpr const char* kCommand = "NODE_CLUSTER";

/// What a worker wants to listen on: the members of a queryServer message, as net.Server.listen() was given them.
struct Place {
  enum class Family { ipv4 = 4, ipv6 = 6, local = -1, udp4 = -4, udp6 = -6 };

  std::optional<std::string> address;  ///< nullopt ("null"): all addresses; local: a path
  int port = 0;                        ///< 0: any that is free; local: -1
  Family family = Family::ipv4;        ///< for `address` nullopt it says nothing: 4 is usual
  unsigned index = 0;                  ///< the how-manieth such server of the same worker
  std::optional<int> fd;               ///< a descriptor number of the primary's; UDP says -1
  std::optional<unsigned> flags;       ///< 1: ipv6Only; 4: reuseAddr (UDP)
  std::optional<int> backlog;          ///< 0: 511, as in Node
  Value data;                          ///< TLS: what all workers must share; else null

  [[nodiscard]] bool is_udp() const { return family == Family::udp4 || family == Family::udp6; }
  [[nodiscard]] bool is_local() const { return family == Family::local; }
  friend bool operator==(const Place&, const Place&) = default;
};

/// What the primary calls the server for a place: "null:8123:4:undefined:0". To a worker it is any text.
[[nodiscard]] std::string key_of(const Place& place);

// ---- what is said; W>P: by a worker ----

struct Online {  ///< W>P: I run.
  friend bool operator==(const Online&, const Online&) = default;
};
struct QueryServer {  ///< W>P: I want to listen there. Answered by ServerAnswer.
  Place place;
  friend bool operator==(const QueryServer&, const QueryServer&) = default;
};
struct Listening {  ///< W>P: I do. The port is the real one.
  Place place;
  friend bool operator==(const Listening&, const Listening&) = default;
};
struct CloseServer {  ///< W>P: no more of that.
  std::string key;
  friend bool operator==(const CloseServer&, const CloseServer&) = default;
};
struct
    LeavingByChoice {  ///< W>P, "exitedAfterDisconnect": my end will be no accident. Answered by Done.
  friend bool operator==(const LeavingByChoice&, const LeavingByChoice&) = default;
};
struct NewConnection {  ///< P>W, with a socket: serve it. Answered by Accepted.
  std::string key;
  friend bool operator==(const NewConnection&, const NewConnection&) = default;
};
struct Disconnect {  ///< P>W: close your servers, then the channel.
  friend bool operator==(const Disconnect&, const Disconnect&) = default;
};
/// P>W: the answer to QueryServer. With a socket on it: shared, the worker accepts by itself. Without: round-robin,
/// connections will be sent.
struct ServerAnswer {
  /// libuv's number: 0 or -98 (EADDRINUSE on Linux). `null` on the wire, which is Node's 0 here, reads as 0.
  int error = 0;
  std::string key;
  Value data;
  std::optional<sockets::TcpAddress> name;  ///< "sockname": where it is bound
  friend bool operator==(const ServerAnswer&, const ServerAnswer&) = default;
};
struct
    Accepted {  ///< W>P: the answer to NewConnection; false: I have closed it, give it to another.
  bool accepted = false;
  friend bool operator==(const Accepted&, const Accepted&) = default;
};
struct Done {  ///< An answer that says nothing more.
  friend bool operator==(const Done&, const Done&) = default;
};

using Content = std::variant<Online, QueryServer, Listening, CloseServer, LeavingByChoice,
                             NewConnection, Disconnect, ServerAnswer, Accepted, Done>;

/// One message.
struct Packet {
  std::uint64_t seq = 0;             ///< each process counts what it sends, from 0
  std::optional<std::uint64_t> ack;  ///< the seq that this answers
  Content content;
  friend bool operator==(const Packet&, const Packet&) = default;
};

/// Whether a message is one of these (or claims to be).
[[nodiscard]] bool is_cluster_message(const Value& message);

/// Member for member what Node writes, in Node's order.
[[nodiscard]] Value to_value(const Packet& packet);

/// Reads what another process sent, which may be anything. Members that nobody knows are ignored, as Node does.
/// Errors: bad_message, and `detail` says which member is wrong: no such act, a port of 70000, a seq of -1 …
[[nodiscard]] Result<Packet> from_value(const Value& message);

/// Of a message that from_value() has refused: the seq by which it can be answered all the same, if it is a
/// queryServer. A worker whose question stays unanswered waits for ever.
[[nodiscard]] std::optional<std::uint64_t> question_of(const Value& message);

/// libuv's number for an error, which Node's workers understand: -errno on POSIX, -4091 … on Windows.
[[nodiscard]] int uv_number(const std::error_code& why);
/// Back again; io_error for a number that nobody knows. A number that is not negative is no error: asserts.
[[nodiscard]] std::errc from_uv_number(int number);

}  // namespace proclab::cluster
