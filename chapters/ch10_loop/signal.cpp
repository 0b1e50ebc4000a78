// Chapter 10 · loop: signals as events among others. Read signal.h first.
#include "chapters/ch10_loop/signal.h"

#include <optional>

#include "chapters/ch10_loop/core.h"
#include "chapters/ch10_loop/ready.h"

namespace proclab::loop {
namespace {

constexpr int kMostInATurn = 64;

struct SignalsBody final : Body {
  explicit SignalsBody(signals::Source listening) : source(std::move(listening)) {}

  void closing(Core&) override {
    inner.reset();
    source.reset();
    const auto let_go = std::exchange(on_signal, nullptr);
  }
  void ask() {
    inner->wait([this](const Result<void>&) { read(); });
  }
  void read() {
    const std::shared_ptr<Body> keep = shared_from_this();
    ask();
    const auto call = std::exchange(on_signal, nullptr);
    for (int i = 0; i < kMostInATurn && core != nullptr; ++i) {
      const Result<std::optional<signals::Event>> next = source->next();
      if (!next || !*next) break;
      call(**next);
    }
    if (core != nullptr) on_signal = call;
  }

  std::optional<signals::Source> source;
  std::optional<Ready> inner;
  std::function<void(const signals::Event&)> on_signal;
};

}  // namespace

Result<Signals> Signals::listen(Loop& loop, const std::vector<int>& signals,
                                std::function<void(const signals::Event&)> on_signal,
                                signals::Way way) {
  Result<signals::Source> source = signals::Source::open(signals, way);
  if (!source) return source.error();
  auto body = std::make_shared<SignalsBody>(std::move(*source));
  Result<Ready> ready = Ready::open(loop, body->source->handle());
  if (!ready) return ready.error();
  body->inner = std::move(*ready);
  body->on_signal = std::move(on_signal);
  loop.core().add(*body);
  body->set_active(true);
  body->inner->unref();
  body->ask();
  return Signals(std::move(body));
}

}  // namespace proclab::loop
