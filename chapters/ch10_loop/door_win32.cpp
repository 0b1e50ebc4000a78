// Chapter 10 · loop: how a server learns of a client, on Windows. Read door.h and iocp_win32.h first.
//
// TCP: AcceptEx() is begun with a socket that has no connection yet, and comes back when it has one. A named
// pipe: ConnectNamedPipe() is begun on the end that waits, and comes back when a client has opened the
// other. Its OVERLAPPED has an event instead of the port, for the handle will be given away, and a handle
// that has met a port belongs to it for ever.
// Meets: AcceptEx, setsockopt(SO_UPDATE_ACCEPT_CONTEXT); ConnectNamedPipe, CreateEventW.
#include <winsock2.h>

#include <mswsock.h>

#include "chapters/ch06_sockets/socket_win32.h"
#include "chapters/ch10_loop/door.h"
#include "chapters/ch10_loop/iocp_win32.h"
#include "chapters/ch10_loop/ready.h"

namespace proclab::loop {
namespace {

using sockets::to_native;
using sockets::to_socket;

// ---- TCP ----

/// What an AcceptEx() needs until it is back. Lives as long as it is under way.
struct AcceptCall final : Body {
  struct Call final : Operation {
    AcceptCall* body = nullptr;
    void complete(DWORD, DWORD why) override { body->came(why); }
  };

  AcceptCall() { call.body = this; }
  void begin();
  void came(DWORD why);
  void before_wait() override;
  void closing(Core&) override;

  SOCKET listener = INVALID_SOCKET;
  int family = AF_INET;
  sockets::Socket client;
  char addresses[2 * (sizeof(SOCKADDR_STORAGE) + 16)] = {};  // AcceptEx insists
  Call call;
  bool connected = false;  // `client` is somebody whom nobody has taken yet
  std::function<void(Result<void>)> knock;
};

//> accept-ex
void AcceptCall::begin() {
  client =
      sockets::Socket(to_native(::WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                                             WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT)));
  if (!client) return std::exchange(knock, nullptr)(last_error("WSASocketW"));
  DWORD none = 0;
  constexpr DWORD kAddress = sizeof(SOCKADDR_STORAGE) + 16;
  port(*core).begin(call, *this);
  if (::AcceptEx(listener, to_socket(client.get()), addresses, 0, kAddress, kAddress, &none,
                 &call) ||
      ::WSAGetLastError() == ERROR_IO_PENDING) {
    return;
  }
  const Error why = last_error("AcceptEx");
  port(*core).never_began(call);
  std::exchange(knock, nullptr)(why);
}
//< accept-ex

void AcceptCall::came(DWORD why) {
  if (core == nullptr) return;
  connected = why == ERROR_SUCCESS;
  if (!connected) client.close();  // it has gone again, or was cancelled
  if (knock && !connected) return core->soon(*this);
  if (knock) std::exchange(knock, nullptr)({});
}

void AcceptCall::before_wait() {
  if (!knock || call.under_way()) return;
  if (connected) return std::exchange(knock, nullptr)({});
  const std::shared_ptr<Body> keep = shared_from_this();
  begin();
}

void AcceptCall::closing(Core&) {
  ::CancelIoEx(to_native(listener), &call);
  client.close();
  const auto let_go = std::exchange(knock, nullptr);
}

class WindowsTcpDoor final : public TcpDoor {
 public:
  explicit WindowsTcpDoor(std::shared_ptr<AcceptCall> call) : call_(std::move(call)) {}
  ~WindowsTcpDoor() override { call_->close(); }

  void wait(std::function<void(Result<void>)> knock) override {
    if (call_->core == nullptr) return;
    call_->knock = std::move(knock);
    call_->core->soon(*call_);
  }
  void cancel() override {
    const auto let_go = std::exchange(call_->knock, nullptr);
    // If somebody has come already, it is too late for that, and they are the next one's.
    if (call_->call.under_way()) ::CancelIoEx(to_native(call_->listener), &call_->call);
  }
  Result<sockets::Socket> take() override {
    if (!call_->connected) return make_error("AcceptEx", std::errc::timed_out);
    call_->connected = false;
    sockets::Socket client = std::move(call_->client);
    const SOCKET from = call_->listener;
    // Until then it does not know whose it is: getpeername() and shutdown() would fail.
    if (::setsockopt(to_socket(client.get()), SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT,
                     reinterpret_cast<const char*>(&from), sizeof from) != 0) {
      return make_error("AcceptEx", std::errc::timed_out, "it has gone again");
    }
    return client;
  }

 private:
  std::shared_ptr<AcceptCall> call_;
};

// ---- named pipes ----

class PipeDoor final : public Door {
 public:
  PipeDoor(Handle event, Ready ready, const sockets::LocalListener& listener)
      : event_(std::move(event)), ready_(std::move(ready)), listener_(listener) {
    ready_.unref();
  }
  ~PipeDoor() override { take_back(); }

  //> connect
  void wait(std::function<void(Result<void>)> knock) override {
    if (!under_way_) {
      call_ = OVERLAPPED{};
      call_.hEvent = event_.get();
      ::ResetEvent(event_.get());
      end_ = listener_.native();
      under_way_ = ::ConnectNamedPipe(end_, &call_) || ::GetLastError() == ERROR_IO_PENDING;
      // Else a client is there already, or has been: take() sees to it, and to what is an error.
      if (!under_way_) ::SetEvent(event_.get());
    }
    ready_.wait([this, knock = std::move(knock)](Result<void> what) {
      under_way_ = false;
      knock(std::move(what));
    });
  }
  //< connect
  void cancel() override {
    ready_.cancel();
    take_back();
  }

 private:
  /// The OVERLAPPED is the system's until the call has ended.
  void take_back() {
    if (!std::exchange(under_way_, false)) return;
    DWORD none = 0;
    ::CancelIoEx(end_, &call_);
    ::GetOverlappedResult(end_, &call_, &none, TRUE);
  }

  Handle event_;
  Ready ready_;
  const sockets::LocalListener& listener_;
  OVERLAPPED call_{};
  HANDLE end_ = nullptr;
  bool under_way_ = false;
};

}  // namespace

Result<std::unique_ptr<TcpDoor>> open_door(Loop& loop, const sockets::Socket& listener) {
  auto call = std::make_shared<AcceptCall>();
  call->listener = to_socket(listener.get());
  WSAPROTOCOL_INFOW about{};
  int size = sizeof about;
  if (::getsockopt(call->listener, SOL_SOCKET, SO_PROTOCOL_INFOW, reinterpret_cast<char*>(&about),
                   &size) != 0) {
    return last_error("getsockopt");
  }
  call->family = about.iAddressFamily;
  if (const Result<void> ours = port(loop.core()).adopt(listener.get(), {&call->call}); !ours)
    return ours.error();
  loop.core().add(*call);
  return std::unique_ptr<TcpDoor>(std::make_unique<WindowsTcpDoor>(std::move(call)));
}

Result<std::unique_ptr<Door>> open_door(Loop& loop, const sockets::LocalListener& listener) {
  Handle event(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!event) return last_error("CreateEventW");
  Result<Ready> ready = Ready::open(loop, event.get());
  if (!ready) return ready.error();
  return std::unique_ptr<Door>(
      std::make_unique<PipeDoor>(std::move(event), std::move(*ready), listener));
}

}  // namespace proclab::loop
