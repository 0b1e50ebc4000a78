// Chapter 10 · loop: how a server learns of a client, on POSIX: its socket is readable. Read door.h first.
#include "chapters/ch10_loop/door.h"

#include "chapters/ch10_loop/ready.h"

namespace proclab::loop {
namespace {

template <class Kind>
class ReadyDoor : public Kind {
 public:
  explicit ReadyDoor(Ready ready) : ready_(std::move(ready)) { ready_.unref(); }
  void wait(std::function<void(Result<void>)> knock) override { ready_.wait(std::move(knock)); }
  void cancel() override { ready_.cancel(); }

 private:
  Ready ready_;
};

class PosixTcpDoor final : public ReadyDoor<TcpDoor> {
 public:
  PosixTcpDoor(Ready ready, const sockets::Socket& listener)
      : ReadyDoor(std::move(ready)), listener_(listener) {}
  Result<sockets::Socket> take() override {
    return sockets::accept_tcp(listener_, Deadline::after(Milliseconds(0)));
  }

 private:
  const sockets::Socket& listener_;
};

}  // namespace

Result<std::unique_ptr<TcpDoor>> open_door(Loop& loop, const sockets::Socket& listener) {
  Result<Ready> ready = Ready::open(loop, listener.get());
  if (!ready) return ready.error();
  return std::unique_ptr<TcpDoor>(std::make_unique<PosixTcpDoor>(std::move(*ready), listener));
}

Result<std::unique_ptr<Door>> open_door(Loop& loop, const sockets::LocalListener& listener) {
  Result<Ready> ready = Ready::open(loop, listener.native());
  if (!ready) return ready.error();
  return std::unique_ptr<Door>(std::make_unique<ReadyDoor<Door>>(std::move(*ready)));
}

}  // namespace proclab::loop
