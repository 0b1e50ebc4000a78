// Chapter 10 · loop: completion made of readiness. Read stream.h and engine_posix.h first.
//
// A read that was asked for waits until the kernel says "ready", and is then one system call into room that
// all streams share: ten thousand quiet ones need no buffers. A write is tried first, since there is room
// nearly always, and waits only for what did not fit; so is a socket's read when it does not wait yet.
// Meets: read, write, fcntl(O_NONBLOCK); recv, sendmsg in chapter 6's clothes.
#include "chapters/ch10_loop/stream.h"

#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch02_stdio/write_signals_posix.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch10_loop/engine_posix.h"
#include "chapters/ch10_loop/outbox.h"

namespace proclab::loop {
namespace {

// A stream that writes gigabytes lets others have their turn in between.
constexpr int kBlocksInATurn = 16;

/// How much moved; nullopt: not now.
using Moved = Result<std::optional<std::size_t>>;

Moved moved(const Result<std::size_t>& by) {
  if (by) return std::optional(*by);
  if (by.error().code == std::errc::timed_out) return std::optional<std::size_t>{};
  return by.error();
}

struct StreamBody final : Watched {
  void before_wait() override;
  void on_event(unsigned what) override;
  void on_refused(const Error& why) override;
  void closing(Core& was) override;

  Moved read_some(std::span<char> room, Bytes& got);
  Moved write_some();
  void read_once();
  void tell_reader(Result<Bytes> what);
  void push();
  void flush();
  void fail(const Error& why);
  void finish();
  void let_handle_go(Core& of);
  void count_writing();
  void add(std::string bytes, Riders riders, Stream::OnDone done);
  void grew(std::size_t size);

  Handle handle;
  StreamOptions options;
  bool is_socket = false;
  int flags_before = -1;  // to be put back; -1: nothing was changed
  Stream::OnRead reader;
  Outbox out;
  std::optional<Error> failed;           // what every further write gets
  std::vector<Stream::OnDone> too_late;  // asked for after end()
  bool ending = false;
  bool counted = false;  // in core->writing
};

// ---- reading ----

Moved StreamBody::read_some(std::span<char> room, Bytes& got) {
  static const Deadline no_wait = Deadline::after(Milliseconds(0));
  if (is_socket && options.handles == 0) return moved(sockets::receive(fd, room, no_wait));
  if (is_socket) {
    Result<sockets::Received> all = sockets::receive_handles(fd, room, options.handles, no_wait);
    if (!all) return moved(all.error());
    got.handles = std::move(all->handles);
    got.handles_lost = all->lost;
    return std::optional(all->size);
  }
  for (;;) {
    const ssize_t size = ::read(fd, room.data(), room.size());
    if (size >= 0) return std::optional(static_cast<std::size_t>(size));
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::optional<std::size_t>{};
    if (errno != EINTR) return last_error("read");
  }
}

//> read-once
void StreamBody::read_once() {
  const std::span<char> room = readiness(*core).room(options.most);
  Bytes got;
  const Moved size = read_some(room, got);
  if (!size) return tell_reader(size.error());
  if (!*size) return;  // woken for nothing, or another process was faster: it stays asked for
  got.data = {room.data(), **size};
  tell_reader(std::move(got));
}
//< read-once

void StreamBody::tell_reader(Result<Bytes> what) {
  wanted &= ~kIn;
  set_active(false);
  std::exchange(reader, nullptr)(std::move(what));
}

// ---- writing ----

void StreamBody::add(std::string bytes, Riders riders, Stream::OnDone done) {
  if (!ending) {
    core->keep(out.add(std::move(bytes), std::move(riders), std::move(done)));
  } else if (done) {
    too_late.push_back(std::move(done));
  }
  grew(0);
}

void StreamBody::grew(std::size_t size) {
  out.grew(size);
  if (!ending && out.fills_a_call())
    push();  // the reader has something to do while the rest is made
  count_writing();
  core->soon(*this);
}

void StreamBody::count_writing() {
  if (core == nullptr) return;  // closing() has counted it out
  const bool now = !out.empty() || !too_late.empty();
  if (now != counted) now ? ++core->writing : --core->writing;
  counted = now;
}

Moved StreamBody::write_some() {
  static const Deadline no_wait = Deadline::after(Milliseconds(0));
  const std::string_view bytes = out.next();
  if (is_socket) {
    const auto then = ending ? sockets::Then::the_end : sockets::Then::unknown;
    return moved(sockets::send_some(fd, bytes, out.handles(), no_wait, then));
  }
  if (!out.handles().empty()) {
    return make_error("write", std::errc::not_supported, "only a local socket passes descriptors");
  }
  stdio::WriteSignalGuard alive(true);
  for (;;) {
    const ssize_t size = ::write(fd, bytes.data(), bytes.size());
    if (size >= 0) return std::optional(static_cast<std::size_t>(size));
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::optional<std::size_t>{};
    if (errno == EINTR) continue;
    const Error why = last_error("write");
    alive.swallow(why.code.value());
    return why;
  }
}

//> flush
void StreamBody::push() {
  if (failed || (wanted & kOut) != 0) return;
  for (int i = 0; out.has_block(); ++i) {
    if (i == kBlocksInATurn) {
      core->soon(*this);
      break;
    }
    const std::size_t size = out.next().size();
    const Moved taken = write_some();
    if (!taken) {
      failed = taken.error();
      return;
    }
    core->keep(out.took(taken->value_or(0)));
    if (taken->value_or(0) < size) {  // full: no use in trying again before the kernel says so
      wanted |= kOut;
      break;
    }
  }
}

void StreamBody::flush() {
  push();
  if (failed) return fail(*failed);
  if (ending && !out.has_block()) finish();
  for (const Stream::OnDone& done : out.ripe()) {
    if (core != nullptr) done({});
  }
  count_writing();
}
//< flush

void StreamBody::fail(const Error& why) {
  failed = why;
  wanted &= ~kOut;
  for (const Stream::OnDone& done : out.ripe()) {  // theirs went before it broke
    if (core != nullptr) done({});
  }
  for (const Stream::OnDone& done : out.drop()) {
    if (core != nullptr) done(why);
  }
  count_writing();
}

void StreamBody::finish() {
  // A socket that is not connected any more has nobody to tell of an end: no error.
  if (is_socket) return (void)sockets::half_close(fd);
  let_handle_go(*core);
  if (reader) core->soon(*this);  // to be told the end
}

void StreamBody::let_handle_go(Core& of) {
  if (!handle) return;
  readiness(of).give_up(*this);
  if (flags_before != -1) ::fcntl(fd, F_SETFL, flags_before);
  handle.close();
}

// ---- events ----

void StreamBody::before_wait() {
  if (!out.empty()) flush();
  const Error late = make_error("write", std::errc::broken_pipe, "after end()");
  for (const Stream::OnDone& done : std::exchange(too_late, {})) {
    if (core != nullptr) done(late);
  }
  if (core == nullptr) return;
  count_writing();
  if (!handle) {
    if (reader) tell_reader(Bytes{});
    return;
  }
  // A new client has mostly spoken by now: then there is nothing to wait for. Sockets alone: a pipe's O_NONBLOCK is
  // everybody's who shares it, and one of them may have taken it away.
  if (reader && is_socket && (watched & kIn) == 0) read_once();
  if (core != nullptr) readiness(*core).update(*this);
}

void StreamBody::on_event(unsigned what) {
  if (reader && (what & (kIn | kBroken)) != 0) read_once();
  if (core != nullptr && (wanted & kOut) != 0 && (what & (kOut | kBroken)) != 0) {
    wanted &= ~kOut;
    flush();
  }
}

void StreamBody::on_refused(const Error& why) {
  if (reader) tell_reader(why);
  if (core != nullptr && !out.empty()) fail(why);
}

void StreamBody::closing(Core& was) {
  if (counted) --was.writing;
  counted = false;
  let_handle_go(was);
  const auto reads = std::exchange(reader, nullptr);
  const auto writes = out.drop(), late = std::exchange(too_late, {});
}

/// Never wait in a read or write. A socket can be told at each call; the rest only for all who share it.
Result<void> make_nonblocking(StreamBody& body) {
  const int flags = ::fcntl(body.fd, F_GETFL);
  if (flags == -1) return last_error("fcntl");
  if ((flags & O_NONBLOCK) != 0) return {};
  if (::fcntl(body.fd, F_SETFL, flags | O_NONBLOCK) == -1) return last_error("fcntl");
  body.flags_before = flags;
  return {};
}

}  // namespace

Result<Stream> Stream::open(Loop& loop, Handle end, StreamOptions options) {
  auto body = std::make_shared<StreamBody>();
  body->fd = end.get();
  body->handle = std::move(end);
  body->options = options;
  const Result<stdio::StreamKind> kind = readiness(loop.core()).claim(*body);
  if (!kind) return kind.error();
  body->is_socket = *kind == stdio::StreamKind::socket;
  loop.core().add(*body);
  Stream stream(body);
  if (!body->is_socket) {
    if (const Result<void> set = make_nonblocking(*body); !set) return set.error();
  }
  return stream;
}

Result<Stream> Stream::open(Loop& loop, sockets::Socket end, StreamOptions options) {
  return open(loop, Handle(end.release()), options);
}

void Stream::read(OnRead done) {
  if (!is_open()) return;
  auto& body = static_cast<StreamBody&>(*body_);
  body.reader = std::move(done);
  body.set_active(true);
  body.wanted |= kIn;
  if (body.wanted != body.watched) body.core->soon(body);
}

void Stream::cancel_read() {
  if (!is_open()) return;
  auto& body = static_cast<StreamBody&>(*body_);
  const OnRead let_go = std::exchange(body.reader, nullptr);
  body.set_active(false);
  body.wanted &= ~kIn;
  body.core->soon(body);
}

void Stream::write(std::string bytes, OnDone done) {
  write(std::move(bytes), Riders{}, std::move(done));
}

void Stream::write(std::string bytes, std::vector<Handle> handles, OnDone done) {
  Riders riders;
  for (const Handle& one : handles) riders.handles.push_back(one.get());
  riders.owner = std::make_shared<const std::vector<Handle>>(std::move(handles));
  write(std::move(bytes), std::move(riders), std::move(done));
}

void Stream::write(std::string bytes, Riders riders, OnDone done) {
  if (is_open()) {
    static_cast<StreamBody&>(*body_).add(std::move(bytes), std::move(riders), std::move(done));
  }
}

std::string* Stream::tail() const {
  if (!is_open()) return nullptr;
  auto& body = static_cast<StreamBody&>(*body_);
  return body.ending ? nullptr : body.out.tail();
}

void Stream::grew(std::size_t size) {
  if (is_open()) static_cast<StreamBody&>(*body_).grew(size);
}

std::string Stream::spare() const { return is_open() ? body_->core->spare() : std::string{}; }

std::size_t Stream::pending() const {
  return is_open() ? static_cast<StreamBody&>(*body_).out.pending() : 0;
}

void Stream::flush() {
  if (!is_open()) return;
  static_cast<StreamBody&>(*body_).push();
}

void Stream::end(OnDone done) {
  if (!is_open()) return;
  auto& body = static_cast<StreamBody&>(*body_);
  if (body.ending) return;
  body.ending = true;
  body.out.add(
      {}, {}, done ? std::move(done) : [](const Result<void>&) {});
  body.count_writing();
  body.core->soon(body);
}

NativeHandle Stream::native() const {
  return is_open() ? static_cast<StreamBody&>(*body_).handle.get() : kNoHandle;
}

}  // namespace proclab::loop
