// Chapter 10 · loop: waiting for a handle to be signalled. Read ready.h and iocp_win32.h first.
//
// A port hears of finished calls, and an event or a process is none. So a thread of the system's pool waits for
// it (each for 63 handles at a time) and puts a message into our port: from there on it is an event as others.
// Meets: RegisterWaitForSingleObject, UnregisterWaitEx.
#include "chapters/ch10_loop/ready.h"

#include <atomic>

#include "chapters/ch02_stdio/stream_kind.h"
#include "chapters/ch10_loop/iocp_win32.h"

namespace proclab::loop {
namespace {

struct ReadyBody final : Body {
  struct Message final : Operation {
    ReadyBody* body = nullptr;
    void complete(DWORD, DWORD) override { body->arrived(); }
  };

  ReadyBody() { message.body = this; }
  void ask(std::function<void(Result<void>)> whom);
  void before_wait() override;
  void arrived();
  void tell(Result<void> what);
  void unregister();
  void closing(Core&) override;
  static void CALLBACK on_signalled(void* context, BOOLEAN);

  HANDLE handle = nullptr;
  HANDLE registered = nullptr;
  Port* to = nullptr;
  Message message;
  std::atomic<bool> sent{false};  // the pool's thread has put the message into the port
  std::function<void(Result<void>)> asked;
};

void CALLBACK ReadyBody::on_signalled(void* context, BOOLEAN) {
  auto& body = *static_cast<ReadyBody*>(context);
  body.sent = true;
  body.to->send(body.message);
}

void ReadyBody::ask(std::function<void(Result<void>)> whom) {
  asked = std::move(whom);
  set_active(static_cast<bool>(asked));
  core->soon(*this);
}

//> register
void ReadyBody::before_wait() {
  if (!asked || message.under_way()) return;
  sent = false;
  to = &port(*core);
  to->begin(message, *this);
  if (!::RegisterWaitForSingleObject(&registered, handle, on_signalled, this, INFINITE,
                                     WT_EXECUTEONLYONCE)) {
    const Error why = last_error("RegisterWaitForSingleObject");
    registered = nullptr;
    const std::shared_ptr<Body> keep = shared_from_this();
    to->never_began(message);
    tell(why);
  }
}

/// After this, no thread of the pool runs for us or will; but its message may be in the port.
void ReadyBody::unregister() {
  if (registered == nullptr) return;
  ::UnregisterWaitEx(std::exchange(registered, nullptr), INVALID_HANDLE_VALUE);
  if (!sent) to->never_began(message);
}
//< register

void ReadyBody::arrived() {
  unregister();
  if (asked) tell({});
}

void ReadyBody::tell(Result<void> what) {
  set_active(false);
  std::exchange(asked, nullptr)(std::move(what));
}

void ReadyBody::closing(Core&) {
  const std::shared_ptr<Body> keep =
      shared_from_this();  // never_began() may let go of the last one
  unregister();
  const auto let_go = std::exchange(asked, nullptr);
}

}  // namespace

Result<Ready> Ready::open(Loop& loop, NativeHandle handle) {
  if (stdio::classify(handle) == stdio::StreamKind::file) {
    return make_error("open", std::errc::not_supported, "a file is always ready");
  }
  DWORD flags = 0;
  if (!::GetHandleInformation(handle, &flags)) return last_error("open");
  auto body = std::make_shared<ReadyBody>();
  body->handle = handle;
  loop.core().add(*body);
  return Ready(std::move(body));
}

void Ready::wait(std::function<void(Result<void>)> ready) {
  if (is_open()) static_cast<ReadyBody&>(*body_).ask(std::move(ready));
}

void Ready::cancel() {
  if (is_open()) static_cast<ReadyBody&>(*body_).ask(nullptr);
}

}  // namespace proclab::loop
