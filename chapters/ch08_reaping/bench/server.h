// Chapter 8 · benchmark: a parent of thousands, in a process of its own, and the runner's end of it.
//
// A server starts its children, prints "ready", and then carries out one order a line: "exits 20" ends
// twenty children one after another, "burst 1000" ends as many at once, "spawn 50" starts and watches fifty
// more. It answers with nanoseconds for each: of its own CPU for the first two, of the clock for the third.
#pragma once

#include <string>
#include <vector>

#include "chapters/ch04_spawn/process.h"
#include "platform/handle.h"

namespace proclab::reaping::bench {

/// The server's side: `ch08_bench --serve WAY LIVING`. Its exit code.
int serve(const std::vector<std::string>& args);

/// The runner's side.
class Server {
 public:
  Server(const std::string& way, std::size_t living);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Seconds for one, of `count`: "exits", "burst" or "spawn".
  double ask(const std::string& order, std::size_t count);

 private:
  std::string line();

  Handle to_, from_;
  spawn::Process process_;
};

}  // namespace proclab::reaping::bench
