// Chapter 10 · loop: a turn of the loop, the same on every system. Read core.h first.
//
// The whole trick of "a callback may do everything" is in three habits. A callback is moved out of its
// source before it is called, so that closing the source destroys nothing that runs. Whoever calls keeps the
// Body alive until the call returns. And no list is walked while callbacks can change it.
#include "chapters/ch10_loop/core.h"

#include <cassert>
#include <utility>

namespace proclab::loop {

// ---- bodies ----

void Body::set_active(bool on) {
  if (core == nullptr || active == on) return;
  active = on;
  if (referenced) on ? ++core->keeping : --core->keeping;
}

void Body::set_referenced(bool on) {
  if (core == nullptr || referenced == on) return;
  referenced = on;
  if (active) on ? ++core->keeping : --core->keeping;
}

void Body::close() {
  if (core == nullptr) return;
  const std::shared_ptr<Body> self =
      shared_from_this();  // what closing() lets go may hold the rest
  set_active(false);
  Core& was = *std::exchange(core, nullptr);
  was.bodies.erase(this);
  closing(was);
}

// ---- the mailbox ----

//> post
bool Poster::post(std::function<void()> work) const {
  const std::lock_guard lock(box_->mutex);
  if (box_->engine == nullptr) return false;
  box_->posts.push_back(std::move(work));
  // One wake-up for all that are posted until the loop looks: 100,000 posts are not 100,000 system calls.
  if (!box_->woken) {
    box_->woken = true;
    ++box_->wakes;
    box_->engine->wake();
  }
  return true;
}

void Core::run_posts() {
  std::vector<std::function<void()>> now;
  {
    const std::lock_guard lock(mailbox->mutex);
    now.swap(mailbox->posts);  // what these post themselves is for the next turn
    mailbox->woken = false;
  }
  for (std::function<void()>& work : now) std::exchange(work, nullptr)();
}
//< post

// ---- a turn ----

Core::Core(Backend kind, std::unique_ptr<Engine> how) : backend(kind), engine(std::move(how)) {
  mailbox->engine = engine.get();
}

// What could throw here is a want of memory, or a destructor of the caller's own: no going on.
Core::~Core() {                                // NOLINT(bugprone-exception-escape)
  std::vector<std::function<void()>> dropped;  // destroyed without the lock: it may post, in vain
  {
    const std::lock_guard lock(mailbox->mutex);
    mailbox->engine = nullptr;
    dropped.swap(mailbox->posts);
  }
  while (!bodies.empty()) (*bodies.begin())->close();
  soon_list.clear();
  engine.reset();
}

void Core::add(Body& body) {
  body.core = this;
  bodies.insert(&body);
}

void Core::soon(Body& body) {
  if (body.is_soon) return;
  body.is_soon = true;
  soon_list.push_back(body.shared_from_this());
}

//> spare
std::string Core::spare() {
  if (spares_.empty()) return {};
  std::string text = std::move(spares_.back());
  spares_.pop_back();
  return text;
}

void Core::keep(std::string used) {
  // Too small is not worth it, too large would be held for nothing.
  constexpr std::size_t kLeast = 64, kMost = std::size_t{1} << 20, kKept = 4;
  if (used.capacity() < kLeast || used.capacity() > kMost || spares_.size() == kKept) return;
  used.clear();
  spares_.push_back(std::move(used));
}
//< spare

bool Core::alive() const {
  if (keeping > 0 || writing > 0) return true;
  const std::lock_guard lock(mailbox->mutex);
  return !mailbox->posts.empty();
}

void Core::run_soon() {
  std::vector<std::shared_ptr<Body>> now;
  now.swap(soon_list);
  for (const std::shared_ptr<Body>& body : now) {
    body->is_soon = false;
    if (body->core != nullptr) body->before_wait();
  }
  now.clear();
  if (soon_list.empty()) soon_list.swap(now);  // keeps its memory for the next turn
}

int Core::timeout(Deadline deadline) const {
  if (!soon_list.empty()) return 0;
  int wait = deadline.poll_timeout();
  if (!timers.empty()) {
    // Rounded up: woken a moment too early, the loop would turn in a circle until it is time.
    const auto left = std::chrono::ceil<Milliseconds>((*timers.begin())->due - Clock::now());
    const int due = Deadline::after(left).poll_timeout();
    if (wait < 0 || due < wait) wait = due;
  }
  return wait;
}

//> turn
Result<void> Core::turn(Deadline deadline) {
  assert(!in_turn && "run() and turn() are not for callbacks");
  in_turn = true;
  run_posts();
  run_timers();
  run_soon();
  // The callbacks up to here may have ended the last thing to wait for, or said stop().
  const bool wait = !stopping && alive();
  ++turns;
  Result<void> waited = engine->wait(wait ? timeout(deadline) : 0);
  in_turn = false;
  return waited;
}
//< turn

// ---- timers ----

std::shared_ptr<TimerBody> new_timer(Core& core, std::function<void()> work) {
  auto body = std::make_shared<TimerBody>();
  body->work = std::move(work);
  core.add(*body);
  return body;
}

bool Core::Sooner::operator()(const TimerBody* a, const TimerBody* b) const {
  return a->due != b->due ? a->due < b->due : a->order < b->order;
}

//> timers
void Core::run_timers() {
  if (timers.empty()) return;
  const Clock::time_point now = Clock::now();
  const std::uint64_t last = timers_started;  // what is started from here on is for the next turn
  while (!timers.empty()) {
    TimerBody* const next = *timers.begin();
    if (next->due > now || next->order > last) return;
    const std::shared_ptr<Body> keep = next->shared_from_this();
    next->fire(now);
  }
}

void TimerBody::fire(Clock::time_point now) {
  stop();
  if (period.count() > 0) {
    // Not now + period: each call would push all later ones. And past `now`: not one call for each
    // moment that was missed.
    const auto missed = (now - due) / period;
    start(due + (missed + 1) * period);
  }
  std::function<void()> call = std::move(work);
  call();
  if (core != nullptr && !work) work = std::move(call);  // unless it was closed
}
//< timers

void TimerBody::start(Clock::time_point when) {
  stop();
  due = when;
  order = ++core->timers_started;
  core->timers.insert(this);
  set_active(true);
}

void TimerBody::stop() {
  if (!active) return;
  core->timers.erase(this);
  set_active(false);
}

void TimerBody::closing(Core& was) {
  was.timers.erase(this);
  const std::function<void()> let_go = std::move(work);
}

}  // namespace proclab::loop
