// Chapter 11 · benchmark: each way has two processes of its own, a sender that times itself and a receiver.
//
// A server is the sender: it starts its receiver, prints "ready", then reads "stream N" or "ping N" a line and prints
// how many nanoseconds that took. channel.js and pipe.py do the same. The runner asks one at a time; the
// others sleep in a read and cost nothing.
#pragma once

#include <string>
#include <vector>

#include "chapters/ch04_spawn/process.h"
#include "platform/handle.h"

namespace proclab::channel::bench {

/// The server's side: `ch11_bench --serve WAY SIZE`. Its exit code.
int serve(const std::vector<std::string>& args);

/// What a server is asked to do: send one way, or to and fro.
enum class Exchange { stream, ping_pong };

/// The runner's side.
class Server {
 public:
  /// Starts "raw", "proclab coalesced", "Node json", "Python Pipe" … and waits until it is ready. Pinned: both
  /// processes on one core, so that a round trip is two switches and no guess of the scheduler's.
  Server(const std::string& way, std::size_t size, Exchange exchange, bool pinned);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What one message costs it, in seconds: the mean of about `span` of them.
  double seconds();

 private:
  double ask(int messages);
  std::string line();

  Exchange exchange_;
  Handle to_, from_;
  spawn::Process process_;
  int messages_ = 1;
};

/// Whether a program of this name stands in PATH.
bool in_path(const std::string& name);

}  // namespace proclab::channel::bench
