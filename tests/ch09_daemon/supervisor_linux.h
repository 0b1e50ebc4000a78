// tests/ch09 · a supervisor's socket, as systemd has one.
#pragma once

#include <string>

#include "platform/handle.h"

namespace proclab::daemon {

/// Listens at an address and puts it into this process's environment, for a Notifier here or in a
/// child.
class Supervisor {
 public:
  struct Message {
    std::string text;
    Pid sender = 0;  ///< as the kernel says
  };

  explicit Supervisor(const std::string& address);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// The next message; waits for it.
  Message next();

 private:
  std::string address_;
  Handle socket_;
};

}  // namespace proclab::daemon
