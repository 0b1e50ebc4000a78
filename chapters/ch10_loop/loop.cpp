// Chapter 10 · loop: the objects that a program holds, in front of core.cpp. Read loop.h first.
#include "chapters/ch10_loop/loop.h"

#include <algorithm>

#include "chapters/ch10_loop/core.h"
#include "chapters/ch10_loop/timer.h"

namespace proclab::loop {

const char* name_of(Backend backend) {
  switch (backend) {
    case Backend::poll: return "poll";
    case Backend::epoll: return "epoll";
    case Backend::iocp: return "iocp";
    case Backend::automatic: break;
  }
  return name_of(backends().front());
}

// ---- the loop ----

Loop::Loop(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Loop::Loop(Loop&&) noexcept = default;
Loop::~Loop() = default;

Result<Loop> Loop::open(Backend backend) {
  if (backend == Backend::automatic) backend = backends().front();
  Result<std::unique_ptr<Engine>> engine = make_engine(backend);
  if (!engine) return engine.error();
  return Loop(std::make_unique<Core>(backend, std::move(*engine)));
}

//> run
Result<bool> Loop::run() noexcept {
  while (!core_->stopping) {
    if (!core_->alive()) return true;
    if (const Result<void> turned = core_->turn(Deadline::never()); !turned) return turned.error();
  }
  core_->stopping = false;
  return false;
}
//< run

Result<bool> Loop::turn(Deadline deadline) noexcept {
  const Result<void> turned = core_->turn(deadline);
  core_->stopping = false;
  if (!turned) return turned.error();
  return core_->alive();
}

void Loop::stop() { core_->stopping = true; }

void Loop::post(std::function<void()> work) const { (void)poster().post(std::move(work)); }
Poster Loop::poster() const { return Poster(core_->mailbox); }
Backend Loop::backend() const { return core_->backend; }

Loop::Counts Loop::counts() const {
  const std::lock_guard lock(core_->mailbox->mutex);
  return {core_->turns, core_->mailbox->wakes};
}

// ---- sources ----

Source& Source::operator=(Source&& other) noexcept {
  if (this != &other) {
    close();
    body_ = std::move(other.body_);
  }
  return *this;
}

void Source::close() noexcept {
  if (body_ != nullptr) body_->close();
}

bool Source::is_open() const { return body_ != nullptr && body_->core != nullptr; }
bool Source::active() const { return body_ != nullptr && body_->active; }
bool Source::has_ref() const { return body_ != nullptr && body_->referenced; }

void Source::ref() {
  if (body_ != nullptr) body_->set_referenced(true);
}
void Source::unref() {
  if (body_ != nullptr) body_->set_referenced(false);
}

namespace {

struct HoldBody final : Body {
  void closing(Core&) override {}
};

std::shared_ptr<Body> hold(Loop& loop) {
  auto body = std::make_shared<HoldBody>();
  loop.core().add(*body);
  body->set_active(true);
  return body;
}

/// `span` from now, not before now, and not beyond what the clock can count to.
Clock::time_point from_now(Milliseconds span) {
  const Clock::time_point now = Clock::now();
  const auto longest = std::chrono::floor<Milliseconds>(Clock::time_point::max() - now);
  return now + std::clamp(span, Milliseconds::zero(), longest);
}

}  // namespace

Hold::Hold(Loop& loop) : Source(hold(loop)) {}

Timer Timer::once(Loop& loop, Milliseconds span, std::function<void()> work) {
  auto body = new_timer(loop.core(), std::move(work));
  body->start(from_now(span));
  return Timer(std::move(body));
}

Timer Timer::every(Loop& loop, Milliseconds period, std::function<void()> work) {
  auto body = new_timer(loop.core(), std::move(work));
  body->period = std::max(period, Milliseconds(1));
  body->start(from_now(std::max(period, Milliseconds(1))));
  return Timer(std::move(body));
}

void Timer::restart(Milliseconds span) {
  if (!is_open()) return;
  auto& timer = static_cast<TimerBody&>(*body_);
  if (timer.period.count() > 0) timer.period = span = std::max(span, Milliseconds(1));
  timer.start(from_now(span));
}

void Timer::stop() {
  if (is_open()) static_cast<TimerBody&>(*body_).stop();
}

}  // namespace proclab::loop
