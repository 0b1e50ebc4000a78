// tests/ch13 · the command ch13_cluster, as others script it: started, heard, asked and signalled.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch11_channel/value.h"
#include "platform/handle.h"
#include "tests/ch13_cluster/clients.h"
#include "tests/support/run.h"

namespace proclab::cluster {

class Command {
 public:
  /// `options` stand before "--", `command` after it.
  Command(std::vector<std::string> options, std::vector<std::string> command);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  /// Reads what it says, until `part` has come so many times since the last call. Failure: it ended before.
  testing::AssertionResult hear(const std::string& part, int times = 1);
  /// Reads to the end of it: when it and all its workers are gone.
  std::string hear_all();
  /// All that it has said so far.
  [[nodiscard]] const std::string& said() const { return said_; }
  /// A line to its control socket, and the answer.
  channel::Value ask(const std::string& line);
  /// The pids of those in `state`.
  std::vector<Pid> pids(const std::string& state = "ready");
  /// Asks until there is one in `state`.
  void until_one_is(const std::string& state);
  void signal(int number);
  /// Its exit code; -1: a signal. Asks it to stop first, if `stop`.
  int end(bool stop = true);
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  bool more();
  std::string path_, said_;
  std::size_t heard_ = 0;
  Handle output_;
  std::optional<spawn::Process> process_;
};

/// Clients that come and go as fast as they can, a connection for each request, until stop().
class Load {
 public:
  explicit Load(std::uint16_t port, int threads = 2);
  ~Load() { stop(); }
  void stop();
  int served() const { return served_; }
  int failed() const { return failed_; }  ///< the connection broke, or the answer was no 200
  int hung() const { return hung_; }      ///< no answer in 10 s
  std::string why() const { return why_; }

 private:
  void run();
  std::uint16_t port_;
  std::atomic<bool> over_{false};
  std::atomic<int> served_{0}, failed_{0}, hung_{0};
  std::string why_;
  std::mutex guards_why_;
  std::vector<std::thread> threads_;
};

}  // namespace proclab::cluster
