// Chapter 4 · benchmark: each way is measured in a process of its own.
//
// A way that forks makes its process's pages copy-on-write, and one with gigabytes of memory is slow in
// other ways too: the base must not stand in that process. So the runner starts a server for each way
// and size, asks it in turn, and the server times itself. A server prints "ready", then reads a number
// of spawns a line and prints how many nanoseconds they took. spawner.py and spawner.js do the same.
#pragma once

#include <string>
#include <vector>

#include "chapters/ch04_spawn/process.h"
#include "platform/handle.h"

namespace proclab::spawn::bench {

/// What a server has to carry.
struct Load {
  int mebibytes = 10;   ///< touched memory
  int descriptors = 8;  ///< open, with 0, 1 and 2; Python and Node open what they open
};

/// The server's side: `ch04_bench --serve WAY PROGRAM MIB DESCRIPTORS`. Its exit code.
int serve(const std::vector<std::string>& args);

/// The runner's side. One at a time asks; the others sleep in a read and cost nothing.
class Server {
 public:
  /// Starts "proclab", "libuv", "Python subprocess" … and waits until it is ready.
  Server(const std::string& way, const Load& load);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What one spawn costs it, in seconds: the mean of about 15 ms of them, at least one.
  double seconds();
  /// Whether its memory is still all there. A garbage collector may have given it back, and the figure
  /// would be one of a small process.
  [[nodiscard]] bool has_its_memory() const;

 private:
  double ask(int spawns);
  std::string line();

  Load load_;
  Handle to_, from_;
  Process process_;
  int spawns_ = 1;
};

/// The program that every way starts, beside this one.
std::string tiny_program();
/// Whether a program of this name stands in PATH.
bool in_path(const std::string& name);

}  // namespace proclab::spawn::bench
