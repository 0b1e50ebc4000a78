// Chapter 10 · loop: waiting for a descriptor without reading from it. Read ready.h first.
#include "chapters/ch10_loop/ready.h"

#include "chapters/ch10_loop/engine_posix.h"

namespace proclab::loop {
namespace {

struct ReadyBody final : Watched {
  void ask(std::function<void(Result<void>)> whom) {
    asked = std::move(whom);
    wanted = asked ? kIn : 0;
    set_active(static_cast<bool>(asked));
    if (wanted != watched) core->soon(*this);
  }
  void tell(Result<void> what) {
    if (!asked) return;
    wanted = 0;
    set_active(false);
    std::exchange(asked, nullptr)(std::move(what));
  }
  void on_event(unsigned) override { tell({}); }
  void on_refused(const Error& why) override { tell(why); }
  void closing(Core& was) override {
    readiness(was).give_up(*this);
    const auto let_go = std::exchange(asked, nullptr);
  }

  std::function<void(Result<void>)> asked;
};

}  // namespace

Result<Ready> Ready::open(Loop& loop, NativeHandle handle) {
  auto body = std::make_shared<ReadyBody>();
  body->fd = handle;
  if (const auto ours = readiness(loop.core()).claim(*body); !ours) return ours.error();
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
