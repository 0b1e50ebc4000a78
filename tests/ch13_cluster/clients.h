// tests/ch13 · clients on the same loop as the primary: who blocked in one would wait for itself.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/stream.h"

namespace proclab::cluster {

/// For a turn of the loop whose timers may bring the last thing that is waited for: they come first, and then it waits.
inline Deadline brief() { return Deadline::after(Milliseconds(10)); }

/// A port that was free a moment ago.
std::uint16_t free_port();

/// A connection, and what came of it.
struct Client {
  std::optional<loop::Stream> stream;
  std::string got;
  bool over = false;         // the end has come
  std::optional<Error> why;  // or an error

  /// What stands behind the heads of all answers so far.
  [[nodiscard]] std::string body() const;
  /// The status of the first answer; 0: none.
  [[nodiscard]] int status() const;
  void say(const std::string& bytes);
};

class Clients {
 public:
  explicit Clients(loop::Loop& loop) : loop_(loop) {}
  /// Connects, and reads all that comes. The connection is made by the kernel, before anybody accepts.
  std::shared_ptr<Client> connect(const sockets::TcpAddress& to);
  std::shared_ptr<Client> connect(sockets::Socket socket);
  /// One request on a connection of its own.
  std::shared_ptr<Client> get(const sockets::TcpAddress& to);

 private:
  void read(const std::shared_ptr<Client>& client);
  loop::Loop& loop_;
};

inline constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
inline constexpr const char* kGetMore = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace proclab::cluster
