// Chapter 10 · loop: a completion port. Read iocp_win32.h first.
//
// The port is a queue. The system puts in what it has done, other threads what they want to say, and one
// call takes out as much as there is. So there is no list of sources to look through at all.
#include "chapters/ch10_loop/iocp_win32.h"

#include <iterator>

#include <winternl.h>

#include "chapters/ch02_stdio/stream_kind.h"

namespace proclab::loop {
namespace {

constexpr ULONG_PTR kCall = 1, kWake = 2;

//> by-event
void CALLBACK event_came(void* context, BOOLEAN) {
  auto& operation = *static_cast<Operation*>(context);
  ::PostQueuedCompletionStatus(operation.port, 0, kCall, &operation);
}

Result<void> go_by_event(Operation& operation, HANDLE port) {
  operation.port = port;
  operation.event = Handle(::CreateEventW(nullptr, FALSE, FALSE, nullptr));
  if (!operation.event) return last_error("CreateEventW");
  if (!::RegisterWaitForSingleObject(&operation.registered, operation.event.get(), event_came,
                                     &operation, INFINITE, WT_EXECUTEDEFAULT)) {
    operation.registered = nullptr;
    return last_error("RegisterWaitForSingleObject");
  }
  return {};
}
//< by-event

}  // namespace

Operation::~Operation() {
  // No thread of the pool is at it any more when this returns.
  if (registered != nullptr) ::UnregisterWaitEx(registered, INVALID_HANDLE_VALUE);
}

std::vector<Backend> backends() { return {Backend::iocp}; }

Result<std::unique_ptr<Engine>> make_engine(Backend backend) {
  if (backend == Backend::iocp) return Port::make();
  return make_error("Loop::open", std::errc::not_supported, "Windows has completion ports alone");
}

Error error_of(const char* call, DWORD why) {
  ::SetLastError(why);
  return last_error(call);
}

Result<std::unique_ptr<Engine>> Port::make() {
  auto engine = std::make_unique<Port>();
  engine->port_ = Handle(::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1));
  if (!engine->port_) return last_error("CreateIoCompletionPort");
  return std::unique_ptr<Engine>(std::move(engine));
}

Port::~Port() {
  // All sources are closed and have cancelled what they could, so each of these is on its way.
  while (port_ && under_way_ > 0 && wait(-1)) {
  }
}

//> wait
Result<void> Port::wait(int timeout) {
  OVERLAPPED_ENTRY entries[256];
  ULONG count = 0;
  const DWORD span = timeout < 0 ? INFINITE : static_cast<DWORD>(timeout);
  if (!::GetQueuedCompletionStatusEx(port_.get(), entries, std::size(entries), &count, span,
                                     FALSE)) {
    return ::GetLastError() == WAIT_TIMEOUT ? Result<void>{}
                                            : last_error("GetQueuedCompletionStatusEx");
  }
  for (ULONG i = 0; i < count; ++i) {
    if (entries[i].lpCompletionKey == kWake) continue;
    auto& operation = static_cast<Operation&>(*entries[i].lpOverlapped);
    const std::shared_ptr<Body> keep = std::exchange(operation.keep, nullptr);
    --under_way_;
    const auto status = static_cast<NTSTATUS>(operation.Internal);
    operation.complete(static_cast<DWORD>(operation.InternalHigh),
                       status >= 0 ? ERROR_SUCCESS : ::RtlNtStatusToDosError(status));
  }
  return {};
}
//< wait

void Port::wake() { ::PostQueuedCompletionStatus(port_.get(), 0, kWake, nullptr); }

Result<void> Port::adopt(HANDLE handle, std::initializer_list<Operation*> calls) {
  if (::CreateIoCompletionPort(handle, port_.get(), kCall, 0) != nullptr) return {};
  const Error taken = last_error("CreateIoCompletionPort");
  if (taken.code.value() != ERROR_INVALID_PARAMETER ||
      stdio::classify(handle) != stdio::StreamKind::socket) {
    return taken;
  }
  for (Operation* const call : calls) {
    if (Result<void> ready = go_by_event(*call, port_.get()); !ready) return ready;
  }
  return {};
}

void Port::begin(Operation& operation, Body& body) {
  static_cast<OVERLAPPED&>(operation) = OVERLAPPED{};
  // The lowest bit: do not tell the port that the handle belongs to, which would be another process's.
  if (operation.event) {
    operation.hEvent =
        reinterpret_cast<HANDLE>(reinterpret_cast<ULONG_PTR>(operation.event.get()) | 1);
  }
  operation.keep = body.shared_from_this();
  ++under_way_;
}

void Port::never_began(Operation& operation) {
  --under_way_;
  operation.keep.reset();
}

void Port::send(Operation& operation) {
  ::PostQueuedCompletionStatus(port_.get(), 0, kCall, &operation);
}

}  // namespace proclab::loop
