// Chapter 10 · loop: from "this descriptor is ready" to one portion of work. Read engine_posix.h first.
//
// Between the kernel's answer and the call for the last descriptor in it, callbacks run. They close sources, and
// the numbers are given out again at once. So an answer is first a list of plain numbers, and each is
// looked up again when its turn comes.
#include "chapters/ch10_loop/engine_posix.h"

#include <cassert>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace proclab::loop {

Result<std::unique_ptr<Engine>> make_engine(Backend backend) {
  std::unique_ptr<Selector> selector;
  if (backend == Backend::poll) {
    selector = make_poll();
  } else if (backend == Backend::epoll) {
    Result<std::unique_ptr<Selector>> epoll = make_epoll();
    if (!epoll) return epoll.error();
    selector = std::move(*epoll);
  } else {
    return make_error("Loop::open", std::errc::not_supported, "completion ports are Windows'");
  }
  Result<std::unique_ptr<Readiness>> engine = Readiness::make(std::move(selector));
  if (!engine) return engine.error();
  return std::unique_ptr<Engine>(std::move(*engine));
}

Result<std::unique_ptr<Readiness>> Readiness::make(std::unique_ptr<Selector> selector) {
  auto engine = std::make_unique<Readiness>();
  Result<pipes::Pipe> waker = pipes::make_pipe(pipes::Async::both);
  if (!waker) return waker.error();
  engine->selector_ = std::move(selector);
  engine->waker_ = std::move(*waker);
  const Result<void> watched = engine->selector_->watch(engine->waker_.read.get(), 0, 0, kIn);
  if (!watched) return watched.error();
  return engine;
}

void Readiness::wake() {
  // The mailbox asks for one at a time, so there is always room for the byte.
  while (::write(waker_.write.get(), "", 1) == -1 && errno == EINTR) {
  }
}

//> wait
Result<void> Readiness::wait(int timeout) {
  events_.clear();
  if (Result<void> waited = selector_->wait(timeout, events_); !waited) return waited;
  for (const Event& event : events_) {
    if (event.fd == waker_.read.get()) {
      char bytes[8];
      while (::read(event.fd, bytes, sizeof bytes) == -1 && errno == EINTR) {
      }
      continue;
    }
    Watched* const body = by_fd_[static_cast<std::size_t>(event.fd)];
    // Closed by a callback of this very round; perhaps another source has the number by now.
    if (body == nullptr || body->generation != event.generation) continue;
    const std::shared_ptr<Body> keep = body->shared_from_this();
    body->on_event(event.what);
    if (body->core != nullptr && body->wanted != body->watched) body->core->soon(*body);
  }
  return {};
}
//< wait

Result<stdio::StreamKind> Readiness::claim(Watched& body) {
  const stdio::StreamKind kind = stdio::classify(body.fd);
  if (kind == stdio::StreamKind::closed) return make_error("open", std::errc::bad_file_descriptor);
  if (kind == stdio::StreamKind::file) {
    return make_error("open", std::errc::not_supported, "a file is always ready");
  }
  const auto index = static_cast<std::size_t>(body.fd);
  if (by_fd_.size() <= index) by_fd_.resize(index + 1);
  if (by_fd_[index] != nullptr) {
    return make_error("open", std::errc::device_or_resource_busy,
                      "descriptor " + std::to_string(body.fd) + " has a source in this loop");
  }
  by_fd_[index] = &body;
  body.generation = ++generations_;
  return kind;
}

void Readiness::give_up(Watched& body) {
  body.wanted = 0;
  update(body);
  by_fd_[static_cast<std::size_t>(body.fd)] = nullptr;
}

//> update
void Readiness::update(Watched& body) {
  if (body.wanted == body.watched)
    return;  // asked again from its callback: the usual case, no call
  const Result<void> done = selector_->watch(body.fd, body.generation, body.watched, body.wanted);
  if (done) {
    body.watched = body.wanted;
  } else if (body.wanted != 0) {
    body.wanted = body.watched;
    body.on_refused(done.error());
  } else {
    body.watched = 0;
  }
}

std::span<char> Readiness::room(std::size_t size) {
  if (room_.size() < size) room_.resize(size);
  return {room_.data(), size};
}

void Watched::before_wait() { readiness(*core).update(*this); }
//< update

}  // namespace proclab::loop
