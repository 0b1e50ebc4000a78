// Chapter 10 · loop: clients of a listener, the same on every system. Read accept.h and door.h first.
#include "chapters/ch10_loop/accept.h"

#include <utility>

#include "chapters/ch10_loop/core.h"
#include "chapters/ch10_loop/door.h"

namespace proclab::loop {
namespace {

constexpr Milliseconds kRest(50);

/// Nothing is left of something that this client would need; the client itself is fine, and waits.
bool is_exhaustion(const Error& why) {
  return why.code == std::errc::too_many_files_open ||
         why.code == std::errc::too_many_files_open_in_system ||
         why.code == std::errc::no_buffer_space || why.code == std::errc::not_enough_memory;
}

template <class Client>
struct AcceptBody : Body {
  using OnClient = std::function<void(Result<Client>)>;

  virtual Door& door() = 0;
  virtual Result<Client> take() = 0;
  virtual void close_listener() = 0;

  void ask(OnClient whom) {
    asked = std::move(whom);
    set_active(static_cast<bool>(asked));
    if (!asked) return door().cancel();
    if (rest == nullptr || !rest->active) listen();
  }
  void listen() {
    door().wait([this](const Result<void>& knock) {
      const std::shared_ptr<Body> keep = shared_from_this();
      Result<Client> client = knock ? take() : Result<Client>(knock.error());
      if (!client && client.error().code == std::errc::timed_out) return listen();
      tell(std::move(client));
    });
  }
  //> tell
  void tell(Result<Client> client) {
    // The listener stays ready for the client that could not be taken. Who asked again at once would be
    // told at once, and so on, until a descriptor becomes free: meanwhile the CPU is busy with nothing.
    if (!client && is_exhaustion(client.error())) rest_for_a_while();
    set_active(false);
    std::exchange(asked, nullptr)(std::move(client));
  }
  //< tell
  void rest_for_a_while() {
    if (rest == nullptr) {
      rest = new_timer(*core, [this] {
        if (asked) listen();
      });
      rest->set_referenced(false);
    }
    rest->start(Clock::now() + kRest);
  }
  void closing(Core&) override {
    if (rest != nullptr) rest->close();
    const auto let_go = std::exchange(asked, nullptr);
    close_listener();
  }

  OnClient asked;
  std::shared_ptr<TimerBody> rest;
};

struct TcpBody final : AcceptBody<sockets::Socket> {
  explicit TcpBody(sockets::Socket from) : listener(std::move(from)) {}
  Door& door() override { return *entrance; }
  Result<sockets::Socket> take() override { return entrance->take(); }
  void close_listener() override {
    entrance.reset();
    listener.close();
  }

  sockets::Socket listener;
  std::unique_ptr<TcpDoor> entrance;
};

struct LocalBody final : AcceptBody<Handle> {
  explicit LocalBody(sockets::LocalListener from) : listener(std::move(from)) {}
  Door& door() override { return *entrance; }
  Result<Handle> take() override { return listener.accept(Deadline::after(Milliseconds(0))); }
  void close_listener() override {
    entrance.reset();
    listener.close();
  }

  sockets::LocalListener listener;
  std::unique_ptr<Door> entrance;
};

template <class MadeBody, class Listener>
Result<std::shared_ptr<Body>> make_body(Loop& loop, Listener listener) {
  auto body = std::make_shared<MadeBody>(std::move(listener));
  auto door = open_door(loop, body->listener);
  if (!door) return door.error();
  body->entrance = std::move(*door);
  loop.core().add(*body);
  return std::shared_ptr<Body>(std::move(body));
}

}  // namespace

Result<TcpServer> TcpServer::open(Loop& loop, sockets::Socket listener) {
  Result<std::shared_ptr<Body>> body = make_body<TcpBody>(loop, std::move(listener));
  if (!body) return body.error();
  return TcpServer(std::move(*body));
}

void TcpServer::accept(OnClient done) {
  if (is_open()) static_cast<TcpBody&>(*body_).ask(std::move(done));
}
void TcpServer::cancel_accept() { accept(nullptr); }

const sockets::Socket& TcpServer::listener() const {
  static const sockets::Socket none;
  return body_ != nullptr ? static_cast<TcpBody&>(*body_).listener : none;
}

Result<LocalServer> LocalServer::open(Loop& loop, sockets::LocalListener listener) {
  Result<std::shared_ptr<Body>> body = make_body<LocalBody>(loop, std::move(listener));
  if (!body) return body.error();
  return LocalServer(std::move(*body));
}

void LocalServer::accept(OnClient done) {
  if (is_open()) static_cast<LocalBody&>(*body_).ask(std::move(done));
}
void LocalServer::cancel_accept() { accept(nullptr); }

NativeHandle LocalServer::native() const {
  return body_ != nullptr ? static_cast<LocalBody&>(*body_).listener.native() : kNoHandle;
}

}  // namespace proclab::loop
