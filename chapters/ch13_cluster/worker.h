// Chapter 13 · cluster: the other side: a C++ program that is a worker of a Node.js primary, or of ours.
//
// Question: what does a program have to do, so that its primary takes it for a Node.js? Say "online", ask before it
// listens, answer for each connection, and leave when it is told. Read before: protocol.h, chapter 11. Then worker.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch11_channel/channel.h"
#include "chapters/ch13_cluster/appetite.h"
#include "chapters/ch13_cluster/protocol.h"

namespace proclab::cluster {

/// What a worker does with a place.
struct Service {
  /// Once: it listens, there; or why not (address_in_use …).
  std::function<void(Result<sockets::TcpAddress>)> listening;
  /// Whether one more connection is welcome; empty: always. Round-robin: one that is not goes to another worker.
  /// Shared: it waits in the kernel, for whoever has room: see Worker::room_again().
  std::function<bool()> has_room;
  /// How many connections are open. Shared: a worker that gets many at once waits a moment after a few of them, so
  /// that the others have their share (appetite.h). Empty: it takes what it can get, as Node does.
  std::function<std::size_t()> open;
  /// A connection, in either mode the same: private, blocking. (Of Unix sockets too.)
  std::function<void(sockets::Socket)> connection;
};

/// What a worker is told. Each may be empty; called by the loop alone.
struct WorkerEvents {
  /// The primary wants us to go: our servers are closed. What is under way is to be finished.
  std::function<void()> leaving;
  /// The channel is closed. `wanted`: we or the primary have asked for it. If not, the primary is gone: Node's workers
  /// end at once then, and so should all.
  std::function<void(bool wanted)> disconnect;
  std::function<void(channel::Message)> message;  ///< a user's
  /// The primary said what it should not. The worker goes on.
  std::function<void(const Error&)> fault;
};

/// This process as a worker. The loop's thread; keeps the loop running while it is connected.
class Worker {
 public:
  /// The worker that this process was started as; null: it was not, by anybody. As
  /// channel::open_from_environment(), it takes its words out of the environment. Errors: as there.
  static Result<std::unique_ptr<Worker>> open_from_environment(loop::Loop& loop);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Says that it is online. Once, before everything else.
  void start(WorkerEvents events);
  [[nodiscard]] WorkerId id() const { return id_; }

  /// Asks the primary for a place, and serves there.
  void listen(Place place, Service service);
  /// Shared mode: a connection has ended, so there may be room where has_room() had said no, or where a few had
  /// come at once.
  void room_again();
  /// A user's message. Errors: as Channel::send().
  Result<channel::Flow> send(const Value& message);
  /// Leaves, by its own wish: closes its servers, tells the primary, and closes the channel when it has said yes.
  void disconnect();

 private:
  struct Server {
    Place place;
    Service service;
    std::optional<loop::TcpServer> door;  // shared mode
    bool asking = false;
    Appetite appetite;
    std::optional<loop::Timer> pause;  // for the others
  };
  Worker(loop::Loop& loop, channel::Channel channel, WorkerId id);
  void receive(channel::Message message);
  void take(const Packet& packet, std::optional<channel::Incoming> handle);
  void listens(const Packet& packet, std::optional<channel::Incoming> handle);
  Result<sockets::TcpAddress> open_door(Server& server, sockets::Socket socket);
  void connection(const std::string& key, std::uint64_t question,
                  std::optional<channel::Incoming> handle);
  void accept(const std::shared_ptr<Server>& server);
  bool leaves_some(const std::shared_ptr<Server>& server);
  void close_servers();
  Result<std::uint64_t> say(Content what, std::optional<std::uint64_t> ack = {});
  void fault(const std::string& what);

  loop::Loop& loop_;
  channel::Channel channel_;
  WorkerEvents events_;
  WorkerId id_;
  std::uint64_t next_seq_ = 0;
  std::map<std::uint64_t, std::shared_ptr<Server>> asked_;  // queryServer, by seq
  std::map<std::string, std::shared_ptr<Server>> serving_;  // by key
  std::map<std::string, unsigned> indexes_;                 // how many of the same place
  std::optional<std::uint64_t> goodbye_;                    // exitedAfterDisconnect's seq
  bool leaving_ = false;
};

}  // namespace proclab::cluster
