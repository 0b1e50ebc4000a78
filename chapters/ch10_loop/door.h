// Chapter 10 · loop: how a server learns that a client is there. For accept.cpp; one sibling a system.
#pragma once

#include <functional>
#include <memory>

#include "chapters/ch10_loop/accept.h"

namespace proclab::loop {

/// A listener's door. The listener is borrowed, and stays where it is.
class Door {
 public:
  virtual ~Door() = default;
  /// Calls `knock` once, when there is a client or something is wrong.
  virtual void wait(std::function<void(Result<void>)> knock) = 0;
  virtual void cancel() = 0;
};

class TcpDoor : public Door {
 public:
  /// The client that has knocked. Errors: timed_out when it is gone, or somebody else was faster.
  virtual Result<sockets::Socket> take() = 0;
};

Result<std::unique_ptr<TcpDoor>> open_door(Loop& loop, const sockets::Socket& listener);
/// sockets::LocalListener::accept() takes who has knocked.
Result<std::unique_ptr<Door>> open_door(Loop& loop, const sockets::LocalListener& listener);

}  // namespace proclab::loop
