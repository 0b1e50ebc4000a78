// Chapter 9 · daemon: how a daemon hears what it is asked, in its own loop.
//
// Question: what a daemon waits for are its clients, its clock and its master's word; how are all
// these one wait? Read control.h before, which is the other side.
// Raw calls met: poll; WaitForMultipleObjects, CreateEventW.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "chapters/ch09_daemon/control.h"
#include "platform/clock.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::daemon {

/// What a wait ended with: a request; or a handle of the caller's that is ready; or neither: the
/// deadline passed.
struct Woke {
  std::optional<Request> request;
  std::optional<std::size_t> ready;  ///< its index in what was given to wait()
};

/// Listens for stop and reload. POSIX: SIGTERM and SIGINT are stop, SIGHUP is reload. Windows: the
/// events that Holder::ask() sets; and Ctrl-C and Ctrl-Break, which are stop. One for a process;
/// open it before threads start. While it lives, these signals do nothing else.
class Requests {
 public:
  /// Errors: device_or_resource_busy: there is one already.
  static Result<Requests> open();
  Requests(Requests&&) noexcept;
  Requests& operator=(Requests&&) noexcept;
  ~Requests();

  /// Waits for a request, or until one of `others` is ready (POSIX: readable, as poll(2) says it;
  /// Windows: signalled), or until the deadline. Requests come first. stop, once it came, comes at
  /// every call.
  Result<Woke> wait(Deadline deadline, const std::vector<NativeHandle>& others = {});

  struct Listener;  ///< what each system makes of it

 private:
  explicit Requests(std::unique_ptr<Listener> listener) noexcept;
  std::unique_ptr<Listener> listener_;
};

}  // namespace proclab::daemon
