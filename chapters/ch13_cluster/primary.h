// Chapter 13 · cluster: the primary: starts workers, speaks with them, and sees them end.
//
// Question: what is left to do when chapter 11 has the channel and servers.h the sockets? To know each worker's
// state, to believe none of them, and to lose nobody when one dies. What shall happen then (start another? give up?)
// is manager.h's. Read before: servers.h; Node's documentation, cluster. Then primary.cpp, dialogue.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch11_channel/channel.h"
#include "chapters/ch13_cluster/servers.h"

namespace proclab::cluster {

struct PrimaryOptions {
  spawn::Options program;  ///< what each worker runs; gets NODE_UNIQUE_ID and a channel besides
  Servers::Options servers;
  channel::Options channel = {.limit = std::size_t{4} << 20};
  /// Whoever breaks the protocol more often than this is killed.
  unsigned most_faults = 100;
  /// How often a worker is asked whether it still answers; 0: never. See Primary.
  Milliseconds probe_every{0};
  /// Who leaves a question unanswered for so long is deaf, and killed.
  Milliseconds deaf_after{10'000};
};

/// What a worker has come to. In this order, but for those that die early.
enum class State {
  starting,  ///< it runs, and has said nothing yet
  online,    ///< it speaks our language
  ready,     ///< it listens
  leaving,   ///< it was asked to disconnect, or does it by itself
  gone,      ///< its channel is closed; the process may still finish its connections
};
/// "starting", "online" …
[[nodiscard]] const char* name_of(State state);

/// A worker as it is now.
struct WorkerInfo {
  WorkerId id = 0;
  Pid pid = 0;
  State state = State::starting;
  std::uint64_t connections = 0;  ///< that it has accepted from us; shared: we do not see them
  unsigned servers = 0;           ///< on which it listens
  bool exited_after_disconnect =
      false;  ///< its end is wanted: by us, or it has said so. Node's name.
  unsigned faults = 0;
  bool killed_by_us = false;  ///< with SIGKILL: for what it did, or by kill()
  Clock::time_point started;
  std::optional<Clock::time_point> first_ready;
};

/// What a primary tells. Each may be empty; called by the loop alone; may start, stop and kill workers.
struct PrimaryEvents {
  std::function<void(WorkerId)> online;
  std::function<void(WorkerId, const Place&)> listening;
  std::function<void(WorkerId)> disconnect;
  /// The last of a worker. It is gone from workers() then; here is what it was.
  std::function<void(const WorkerInfo& was, const spawn::ExitStatus&)> exit;
  std::function<void(WorkerId, channel::Message)> message;  ///< a user's
  /// It said or did what no worker should, or nothing when it should have. 0: not a worker's fault.
  std::function<void(WorkerId, const Error& what)> fault;
};

/// A primary. Keeps the loop running while it has workers. To be destroyed outside its callbacks; it kills what still
/// runs and waits for it.
///
/// Whether a worker still answers is asked in Node's own words, so that any Node.js understands: it is sent a
/// connection for a server that nobody has, and must refuse it.
class Primary final : private WorkerDoor {
 public:
  Primary(loop::Loop& loop, PrimaryOptions options, PrimaryEvents events);
  ~Primary();
  Primary(const Primary&) = delete;
  Primary& operator=(const Primary&) = delete;

  /// Starts a worker: Node's cluster.fork(). Errors: as channel::start().
  Result<WorkerId> start();
  /// Asks it to close its servers and its channel, and to end when its connections have ended: Node's
  /// worker.disconnect(). Whether and when it does is its own affair. Not there: nothing.
  void disconnect(WorkerId worker);
  /// Errors: no_such_process: it has ended; as spawn::Process::kill().
  Result<void> kill(WorkerId worker, int signal = spawn::kTerminate);
  /// A user's message. Errors: not_connected; as Channel::send().
  Result<channel::Flow> send(WorkerId worker, const Value& message);

  [[nodiscard]] std::vector<WorkerInfo> workers() const;
  [[nodiscard]] std::optional<WorkerInfo> find(WorkerId worker) const;
  [[nodiscard]] Servers& servers() { return servers_; }
  [[nodiscard]] const Servers& servers() const { return servers_; }

 private:
  struct Member;
  using Shared = std::shared_ptr<Member>;

  // ---- primary.cpp ----
  void listen_to(const Shared& member);
  void exited(const Shared& member);
  void disconnected(const Shared& member, const std::optional<Error>& why);
  void bury(const Shared& member);
  [[nodiscard]] Shared member(WorkerId worker) const;
  void fault(const Shared& member, const Error& what);
  void put_down(const Shared& member, std::errc code, const std::string& why);

  // ---- dialogue.cpp ----
  void receive(const Shared& member, const channel::Message& message);
  void take(const Shared& member, const Packet& packet);
  void take_answer(const Shared& member, const Packet& packet);
  /// Sends, and gives the seq that it went under.
  Result<std::uint64_t> say(const Shared& member, Content what,
                            std::optional<std::uint64_t> ack = {},
                            std::optional<channel::Outgoing> socket = {});
  void probe();
  void probe(const Shared& member);

  // ---- WorkerDoor ----
  void answer(WorkerId to, std::uint64_t question, ServerAnswer what,
              std::optional<channel::Outgoing> socket) override;
  bool hand_over(WorkerId to, const std::string& key, const Rota::Connection& what) override;
  void trouble(WorkerId whose, const Error& why) override;

  loop::Loop& loop_;
  PrimaryOptions options_;
  PrimaryEvents events_;
  std::map<WorkerId, Shared> members_;
  WorkerId last_id_ = 0;
  std::uint64_t next_seq_ = 0;  // one count for all workers, as in Node
  std::shared_ptr<const sockets::Socket> probe_socket_;
  std::optional<loop::Timer> probe_timer_;
  Servers servers_;
};

}  // namespace proclab::cluster
