// Chapter 13 · benchmark: servers that are measured beside each other, and the load. Read ways_linux.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/handle.h"

namespace proclab::cluster::bench {

/// A server that runs as long as the object lives. It listens when the constructor returns.
class Server {
 public:
  Server(const std::string& way, unsigned compute);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What one run of wrk has seen.
  struct Figures {
    double per_second = 0;
    unsigned errors = 0;       ///< of sockets, and responses other than 2xx
    double primary_us = 0;     ///< CPU of the primary for each request
    double least_share = 0.5;  ///< of the workers' CPU, of whom had least; 1 for one alone
  };
  [[nodiscard]] Figures load(bool keep_alive, double seconds) const;

 private:
  void wait_for_workers(const std::string& way, unsigned workers);
  void wait_for_nginx() const;
  std::uint16_t port_;
  std::string folder_;
  Handle output_;
  std::optional<spawn::Process> process_;
};

/// What the others are measured beside.
inline constexpr const char* kAlone = "one process alone";
/// kAlone, and what this machine has of the rest.
[[nodiscard]] std::vector<std::string> ways();

}  // namespace proclab::cluster::bench
