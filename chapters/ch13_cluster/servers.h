// Chapter 13 · cluster: the sockets that workers share, on the primary's side.
//
// Question: two processes want port 80. One has to have it, and the other? Three answers: the primary accepts and
// hands each connection on (round_robin); all accept from one socket (shared); each has a socket of its own on the
// same port, and the kernel deals the clients out (reuse_port). Read before: protocol.h, rota.h. Then servers.cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "chapters/ch10_loop/loop.h"
#include "chapters/ch11_channel/handle.h"
#include "chapters/ch13_cluster/protocol.h"
#include "chapters/ch13_cluster/rota.h"

namespace proclab::cluster {

enum class Policy {
  round_robin,  ///< Node's SCHED_RR
  shared,       ///< Node's SCHED_NONE
  /// SO_REUSEPORT. Its trap: a client belongs to one worker's queue from its first packet on, and when that
  /// worker closes, those in its queue are reset, though others are idle. Not on Windows.
  reuse_port,
};
/// "rr", "none" (Node's words), "reuseport".
[[nodiscard]] const char* name_of(Policy policy);
[[nodiscard]] std::optional<Policy> policy_named(const std::string& name);

/// What the servers say to workers. The primary does the sending.
class WorkerDoor {
 public:
  virtual void answer(WorkerId to, std::uint64_t question, ServerAnswer what,
                      std::optional<channel::Outgoing> socket) = 0;
  /// False: nothing can be sent to that worker any more.
  virtual bool hand_over(WorkerId to, const std::string& key, const Rota::Connection& what) = 0;
  /// A worker wants more than any should have; or, of worker 0, a server has trouble of its own: accept() fails.
  virtual void trouble(WorkerId whose, const Error& why) = 0;

 protected:
  ~WorkerDoor() = default;
};

/// All servers of a primary, by their keys. A server is there as long as a worker uses it. The loop's thread.
class Servers {
 public:
  struct Options {
    Policy policy = Policy::round_robin;
    std::size_t queue = 256;      ///< connections that wait here; more wait in the kernel
    Milliseconds rest{25};        ///< how long a worker that refused a connection gets none
    std::size_t most = 256;       ///< servers, all told: what workers can make the primary open
    std::size_t most_each = 128;  ///< of one worker: or a greedy one leaves the others none
  };
  Servers(loop::Loop& loop, const Options& options, WorkerDoor& door);
  ~Servers();
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;

  /// A worker asks for a server: it gets its answer, or the error of bind() as one. UDP is always shared, as in Node.
  /// A worker that has this one already gets address_in_use.
  void query(WorkerId worker, std::uint64_t question, const Place& place);
  /// A worker has answered for a connection. False: it had none of that server's.
  bool answered(WorkerId worker, const std::string& key, bool accepted);
  /// It serves there no more. The last one to say so closes the server. False: it never did.
  bool close(WorkerId worker, const std::string& key);
  /// It has died: its connections go to others. The last one closes the server, unless keep() is on: then
  /// the clients wait for whoever asks for the same place next.
  void gone(WorkerId worker);
  void keep(bool on);
  /// Closes what nobody uses.
  void sweep();

  struct Server;
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  /// Connections that wait in this process.
  [[nodiscard]] std::size_t waiting() const;

 private:
  using Shared = std::shared_ptr<Server>;
  Result<Shared> open(const Place& place);
  [[nodiscard]] std::size_t used_by(WorkerId worker) const;
  [[nodiscard]] Policy policy_for(const Place& place) const;
  Result<void> open_socket(Server& server, const Place& place);
  void join(Server& server, WorkerId worker, std::uint64_t question);
  void refuse(WorkerId worker, std::uint64_t question, const std::string& key, const Error& why);
  void pump(const Shared& server);
  void accept(const Shared& server);
  void rest(const Shared& server, WorkerId worker);
  void leave(const Shared& server, WorkerId worker, bool died);

  loop::Loop& loop_;
  Options options_;
  WorkerDoor& door_;
  bool keep_ = false;
  std::map<std::string, Shared> all_;
};

}  // namespace proclab::cluster
