// Chapter 13 · cluster: whose turn is it? Round-robin without sockets, so that every case of it can be tested.
//
// Question: connections come, workers come and go, say yes, say no, say nothing, die. Who gets what? Read before:
// nothing. Then servers.h, which feeds it.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "chapters/ch06_sockets/socket.h"
#include "chapters/ch13_cluster/protocol.h"

namespace proclab::cluster {

/// Connections wait, first come first served; workers that are free wait for them, likewise. A worker has one
/// connection that it has not answered for, and gets no other meanwhile: so a busy worker gets none.
///
/// Nothing is lost: a connection is dropped only when it was accepted. Until then it is here, and goes to another
/// worker when the one that had it refuses it, or dies.
class Rota {
 public:
  using Connection = std::shared_ptr<const sockets::Socket>;

  /// `most`: connections that may wait. full() asks whoever feeds it to stop.
  explicit Rota(std::size_t most) : most_(most) {}

  /// A worker takes part from now on. Again: nothing.
  void join(WorkerId worker);
  /// It no longer does. With `died`, what it has not answered for goes to another, before all that wait; else it
  /// may still answer.
  void leave(WorkerId worker, bool died);

  void push(Connection connection) { waiting_.push_back(std::move(connection)); }
  [[nodiscard]] bool full() const { return waiting_.size() >= most_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  /// Who gets what next; nullopt: nobody is free, or nothing waits. Call it until then.
  [[nodiscard]] std::optional<std::pair<WorkerId, Connection>> next();

  /// A worker's answer. Accepted: it is free again. Refused: the connection is the next to be given, and the worker
  /// rests until rested() is called: if it were free at once, it would get the same one back, again and again.
  /// False: it had nothing to answer for.
  bool answered(WorkerId worker, bool accepted);
  void rested(WorkerId worker);

  [[nodiscard]] bool has(WorkerId worker) const { return members_.contains(worker); }
  [[nodiscard]] bool has_members() const;
  /// Nothing waits, and nobody has anything to answer for.
  [[nodiscard]] bool idle() const;
  /// Drops all that wait.
  void clear() { waiting_.clear(); }

 private:
  struct Member {
    Connection unanswered;
    bool resting = false, leaving = false;
  };
  std::size_t most_;
  std::map<WorkerId, Member> members_;
  std::deque<WorkerId> free_;
  std::deque<Connection> waiting_;
};

}  // namespace proclab::cluster
