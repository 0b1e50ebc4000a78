// Chapter 10 · loop: the end of a child as an event. Read exit.h first.
#include "chapters/ch10_loop/exit.h"

#include <optional>

#include "chapters/ch08_reaping/watch.h"
#include "chapters/ch10_loop/core.h"
#include "chapters/ch10_loop/ready.h"

namespace proclab::loop {
namespace {

/// A source made of another: `inner` waits, this one is what its owner sees.
struct ExitBody final : Body {
  void closing(Core&) override {
    inner.reset();  // before the handle that it borrows
    handle.close();
    const auto let_go = std::exchange(ended, nullptr);
  }
  void tell() {
    const std::shared_ptr<Body> keep = shared_from_this();  // `ended` may drop the Exit
    set_active(false);
    inner.reset();
    handle.close();
    std::exchange(ended, nullptr)();
  }

  Handle handle;
  std::optional<Ready> inner;
  std::function<void()> ended;
};

}  // namespace

//> watch
Result<Exit> Exit::watch(Loop& loop, const spawn::Process& child, std::function<void()> ended) {
  Result<Handle> handle = reaping::watch(child);
  if (!handle) return handle.error();
  Result<Ready> ready = Ready::open(loop, handle->get());
  if (!ready) return ready.error();
  auto body = std::make_shared<ExitBody>();
  body->handle = std::move(*handle);
  body->inner = std::move(*ready);
  body->ended = std::move(ended);
  loop.core().add(*body);
  body->set_active(true);
  body->inner->unref();  // whether the loop waits for it is this body's say
  body->inner->wait([&self = *body](const Result<void>&) { self.tell(); });
  return Exit(std::move(body));
}
//< watch

}  // namespace proclab::loop
