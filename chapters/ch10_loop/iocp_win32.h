// Chapter 10 · loop: completion: the engine of Windows. For this chapter's Windows files.
//
// Question: who owns a buffer into which the system will write at some time? The system, until it says so. What
// does that mean for a source that is closed meanwhile? That a part of it must live on. Read before: core.h.
// Then iocp_win32.cpp. Meets: CreateIoCompletionPort, GetQueuedCompletionStatusEx, PostQueuedCompletionStatus.
#pragma once

#include <initializer_list>
#include <memory>

#include <windows.h>

#include "chapters/ch10_loop/core.h"
#include "platform/handle.h"

namespace proclab::loop {

/// A call that the system has been given, and that comes back through the port, once. `keep` is its body, from
/// begin() until then: the OVERLAPPED in it belongs to the system, source or no source.
struct Operation : OVERLAPPED {
  Operation() : OVERLAPPED{} {}
  virtual ~Operation();
  /// It is back. `why` is ERROR_SUCCESS or what went wrong. Called for closed sources, too.
  virtual void complete(DWORD bytes, DWORD why) = 0;

  [[nodiscard]] bool under_way() const { return keep != nullptr; }
  std::shared_ptr<Body> keep;

  // Where the handle belongs to another port, the call says so to an event, and a thread of the pool to ours.
  Handle event;
  HANDLE registered = nullptr;
  HANDLE port = nullptr;
};

class Port final : public Engine {
 public:
  static Result<std::unique_ptr<Engine>> make();
  /// Waits for all that is under way: it writes into memory that is about to go.
  ~Port() override;
  Result<void> wait(int timeout) override;
  void wake() override;

  /// All of these calls, on `handle`, come back through this port. A handle belongs to one port for ever, and so does
  /// every copy of it. A socket that was passed to us may so belong to its sender's: then each call goes round
  /// by an event. Errors: invalid_argument: no socket, and it belongs to a port already.
  Result<void> adopt(HANDLE handle, std::initializer_list<Operation*> calls);
  /// Counts the call in, before it is made.
  void begin(Operation& operation, Body& body);
  /// The call failed at once: it will not come back.
  void never_began(Operation& operation);
  /// Makes an operation come back, from any thread.
  void send(Operation& operation);

 private:
  Handle port_;
  std::size_t under_way_ = 0;
};

[[nodiscard]] inline Port& port(Core& core) { return static_cast<Port&>(*core.engine); }

/// The error that GetLastError() would name so.
[[nodiscard]] Error error_of(const char* call, DWORD why);

}  // namespace proclab::loop
