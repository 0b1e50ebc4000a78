// Chapter 13 · cluster: one server of a primary. For servers.cpp and listening.cpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "chapters/ch06_sockets/local.h"
#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch13_cluster/servers.h"

namespace proclab::cluster {

struct Servers::Server {
  std::string key;
  Policy policy = Policy::round_robin;
  Value data;                // of whoever asked first: all workers must share it
  std::set<WorkerId> users;  // those that were told that they may serve
  bool is_open = true;

  // ---- round_robin ----
  Rota rota;
  std::optional<loop::TcpServer> tcp;
  std::optional<loop::LocalServer> local;
  bool asking = false;  // accept() is under way
  std::map<WorkerId, loop::Timer> resting;

  // ---- shared, reuse_port ----
  std::shared_ptr<const sockets::Socket>
      socket;                                  // reuse_port: bound, to keep the port; never listens
  std::optional<sockets::LocalListener> file;  // whose socket that is, where it has a name
  std::string dgram_type;

  std::optional<sockets::TcpAddress> name;  // where it is bound, if that is TCP
  sockets::TcpOptions tcp_options;

  explicit Server(std::size_t queue) : rota(queue) {}
  /// Closes it, whoever still holds this object.
  void shut();
};

/// Opens the socket that `place` asks for, not accepting yet: a Server's `tcp` or `local`, or its `socket`.
/// Errors: as listen_tcp(), LocalListener::open(); not_supported.
Result<void> open_listener(loop::Loop& loop, Servers::Server& server, const Place& place);
/// For Policy::reuse_port: one more socket on the same port. Errors: as listen_tcp().
Result<std::shared_ptr<const sockets::Socket>> another_socket(const Servers::Server& server);

}  // namespace proclab::cluster
