// Chapter 10 · loop: clients of a listener, as they come.
//
// Question: what does a server do that has no descriptor left for the next client? accept() fails, the client
// waits on, and the listener stays ready: a loop that just tries again eats a whole CPU. Read before:
// source.h; chapter 6's local.h, tcp.h. Then accept.cpp, door.h.
// Meets: accept; AcceptEx, ConnectNamedPipe.
#pragma once

#include <functional>

#include "chapters/ch06_sockets/local.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/loop.h"

namespace proclab::loop {

/// Clients of a TCP listener. Owns it.
class TcpServer : public Source {
 public:
  using OnClient = std::function<void(Result<sockets::Socket>)>;

  /// Errors: as Stream::open().
  static Result<TcpServer> open(Loop& loop, sockets::Socket listener);

  /// Asks for one client; `done` gets it: private and blocking, as from sockets::accept_tcp(), to be made a
  /// Stream or given away. Not to ask leaves clients in the backlog, and to those who share the
  /// listener. The source is active until `done` is called; asking again replaces it.
  /// Errors: too_many_files_open: the client still waits. Ask again as ever: the next attempt is
  /// made 50 ms later, and not in a circle.
  void accept(OnClient done);
  void cancel_accept();
  /// Borrowed: for sockets::local_address(), or to pass it on. Empty once it is closed.
  [[nodiscard]] const sockets::Socket& listener() const;

 private:
  using Source::Source;
};

/// The same for a local server: what connects by name.
class LocalServer : public Source {
 public:
  using OnClient = std::function<void(Result<Handle>)>;
  static Result<LocalServer> open(Loop& loop, sockets::LocalListener listener);
  void accept(OnClient done);
  void cancel_accept();
  /// Borrowed.
  [[nodiscard]] NativeHandle native() const;

 private:
  using Source::Source;
};

}  // namespace proclab::loop
