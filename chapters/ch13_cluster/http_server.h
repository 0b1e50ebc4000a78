// Chapter 13 · cluster: connections that are served, and brought to an end without hurting anybody.
//
// Question: when may a worker that shall leave close a connection? When its client waits for nothing: after an answer,
// and never before the first request, which may be under way. And when its client has nothing more to say: what the
// kernel holds unread at close() makes of the end a reset, which may overtake the answer (RFC 9112, 9.6).
// Read before: http.h, chapter 10's stream.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "chapters/ch10_loop/stream.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch13_cluster/http.h"

namespace proclab::cluster {

/// Serves GET and HEAD on connections that others have accepted. The loop's thread. To be destroyed outside its
/// callbacks: closes all.
class HttpServer {
 public:
  /// Gives the body for a request.
  using Handler = std::function<std::string(const Request&)>;
  struct Options {
    Milliseconds idle{5'000};  ///< who says nothing for so long is closed: Node's keepAliveTimeout
  };
  HttpServer(loop::Loop& loop, Handler handler, Options options);
  HttpServer(loop::Loop& loop, Handler handler) : HttpServer(loop, std::move(handler), Options{}) {}
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Takes a connection over. Errors: as Stream::open(); it is closed then.
  Result<void> serve(sockets::Socket connection);
  [[nodiscard]] std::size_t connections() const { return all_.size(); }
  [[nodiscard]] std::uint64_t served() const { return served_; }

  /// From now on each answer is the last of its connection, and who waits for none is closed. serve() still works.
  void finish();
  /// Called whenever a connection has ended. May be empty.
  std::function<void()> on_end;

 private:
  struct Connection {
    loop::Stream stream;
    std::string unread;
    Clock::time_point heard;
    bool answered = false;  // at least once
    bool ending = false;    // its last answer is being written
    bool talking = false;   // and it may not have said all: what comes is read and thrown away
  };
  using Id = std::uint64_t;
  void read(Id id);
  void arrived(Id id, const Result<loop::Bytes>& got);
  [[nodiscard]] std::string answer_all(Connection& to);
  void said_the_end(Id id);
  void end(Id id);
  void sweep();

  loop::Loop& loop_;
  Handler handler_;
  Options options_;
  std::unordered_map<Id, Connection> all_;
  Id last_ = 0;
  std::uint64_t served_ = 0;
  bool finishing_ = false;
  std::optional<loop::Timer> sweeper_;
};

}  // namespace proclab::cluster
