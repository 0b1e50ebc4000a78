// Chapter 10 · loop: completion as the system gives it. Read stream.h and iocp_win32.h first.
//
// A read is begun with room of its own, which belongs to the system until it has come back: each stream that
// waits for bytes holds a buffer. One read and one write are under way at a time; what is written meanwhile
// gathers behind and leaves in the next call.
// Meets: ReadFile, WriteFile, CancelIoEx.
#include "chapters/ch10_loop/stream.h"

#include <algorithm>
#include <optional>

#include "chapters/ch02_stdio/native_file_win32.h"
#include "chapters/ch02_stdio/stream_kind.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch10_loop/iocp_win32.h"
#include "chapters/ch10_loop/outbox.h"

namespace proclab::loop {
namespace {

constexpr std::size_t kMost = 1 << 20;  // in one call: locked in memory while it is under way

struct StreamBody final : Body {
  struct Read final : Operation {
    StreamBody* body = nullptr;
    void complete(DWORD bytes, DWORD why) override { body->was_read(bytes, why); }
  };
  struct Write final : Operation {
    StreamBody* body = nullptr;
    void complete(DWORD bytes, DWORD why) override { body->was_written(bytes, why); }
  };

  StreamBody() { reading.body = writing.body = this; }
  void before_wait() override;
  void closing(Core& was) override;

  void begin_read();
  void was_read(DWORD bytes, DWORD why);
  void tell_reader(Result<Bytes> what);
  void add(std::string bytes, Riders riders, Stream::OnDone done);
  void grew(std::size_t size);
  void push();
  void begin_write();
  void was_written(DWORD bytes, DWORD why);
  void tell_writers();
  void fail(const Error& why);
  void finish();
  void let_handle_go();
  void count_writing();
  [[nodiscard]] HANDLE native() const { return is_socket ? socket.get() : handle.get(); }

  Handle handle;  // one of the two
  sockets::Socket socket;
  StreamOptions options;
  bool is_socket = false;
  std::vector<char> room;  // the system's while `reading` is under way
  Read reading;
  Write writing;
  Stream::OnRead reader;
  std::optional<Result<std::size_t>> unasked;  // what a read brought when nobody asked any more
  Outbox out;
  std::optional<Error> failed;           // what every further write gets
  std::vector<Stream::OnDone> too_late;  // asked for after end()
  bool ending = false;
  bool counted = false;  // in core->writing
};

// ---- reading ----

//> begin-read
void StreamBody::begin_read() {
  if (!native()) return tell_reader(Bytes{});
  if (unasked) {
    const Result<std::size_t> size = *std::exchange(unasked, std::nullopt);
    if (!size) return tell_reader(size.error());
    Bytes got;
    got.data = {room.data(), *size};
    return tell_reader(std::move(got));
  }
  room.resize(options.most);
  port(*core).begin(reading, *this);
  if (::ReadFile(native(), room.data(), static_cast<DWORD>(room.size()), nullptr, &reading) ||
      ::GetLastError() == ERROR_IO_PENDING) {
    return;  // done at once or not: it comes back through the port
  }
  const DWORD why = ::GetLastError();
  const std::shared_ptr<Body> keep = shared_from_this();
  port(*core).never_began(reading);
  was_read(0, why);
}
//< begin-read

void StreamBody::was_read(DWORD bytes, DWORD why) {
  if (core == nullptr) return;
  const bool at_end = why == ERROR_BROKEN_PIPE || why == ERROR_HANDLE_EOF ||
                      why == ERROR_PIPE_NOT_CONNECTED || (!handle && !is_socket);
  if (why == ERROR_SUCCESS && bytes == 0 && !is_socket) {  // somebody wrote nothing: no end
    if (reader) core->soon(*this);
    return;
  }
  if (why == ERROR_SUCCESS || at_end) {
    unasked = at_end ? std::size_t{0} : std::size_t{bytes};
  } else {
    unasked = Result<std::size_t>(error_of("ReadFile", why));
  }
  if (reader) begin_read();
}

void StreamBody::tell_reader(Result<Bytes> what) {
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
  if (!ending && out.fills_a_call()) push();
  count_writing();
  core->soon(*this);
}

void StreamBody::count_writing() {
  if (core == nullptr) return;  // closing() has counted it out
  const bool now = !out.empty() || !too_late.empty();
  if (now != counted) now ? ++core->writing : --core->writing;
  counted = now;
}

//> begin-write
/// Gives the next block to the system. What goes wrong is in `failed`.
void StreamBody::push() {
  if (failed || writing.under_way() || !out.has_block()) return;
  if (!out.handles().empty()) {
    failed = make_error("write", std::errc::not_supported, "Windows gives handles otherwise");
    return;
  }
  const std::string_view bytes = out.next().substr(0, kMost);
  out.freeze();
  port(*core).begin(writing, *this);
  if (::WriteFile(native(), bytes.data(), static_cast<DWORD>(bytes.size()), nullptr, &writing) ||
      ::GetLastError() == ERROR_IO_PENDING) {
    return;
  }
  const DWORD why = ::GetLastError();
  const std::shared_ptr<Body> keep = shared_from_this();
  port(*core).never_began(writing);
  failed = error_of("WriteFile", why);
}

void StreamBody::begin_write() {
  push();
  if (failed) return fail(*failed);
  if (!writing.under_way()) tell_writers();
}
//< begin-write

void StreamBody::was_written(DWORD bytes, DWORD why) {
  if (core == nullptr) return;
  if (why != ERROR_SUCCESS) return fail(error_of("WriteFile", why));
  core->keep(out.took(bytes));
  tell_writers();
  if (core != nullptr && out.has_block()) core->soon(*this);
}

void StreamBody::tell_writers() {
  if (ending && !out.has_block()) finish();
  for (const Stream::OnDone& done : out.ripe()) {
    if (core != nullptr) done({});
  }
  count_writing();
}

void StreamBody::fail(const Error& why) {
  failed = why;
  for (const Stream::OnDone& done : out.drop()) {
    if (core != nullptr) done(why);
  }
  count_writing();
}

void StreamBody::finish() {
  if (is_socket) return (void)sockets::half_close(native());
  let_handle_go();
  if (reader) core->soon(*this);  // to be told the end
}

void StreamBody::let_handle_go() {
  // What is under way comes back as cancelled; its buffer stays, held by Operation::keep.
  if (native() != nullptr) ::CancelIoEx(native(), nullptr);
  handle.close();
  socket.close();
}

// ---- events ----

void StreamBody::before_wait() {
  if (!out.empty() && !writing.under_way()) begin_write();
  const Error late = make_error("write", std::errc::broken_pipe, "after end()");
  for (const Stream::OnDone& done : std::exchange(too_late, {})) {
    if (core != nullptr) done(late);
  }
  if (core == nullptr) return;
  count_writing();
  if (reader && !reading.under_way()) begin_read();
}

void StreamBody::closing(Core& was) {
  if (counted) --was.writing;
  counted = false;
  let_handle_go();
  const auto reads = std::exchange(reader, nullptr);
  const auto late = std::exchange(too_late, {});
  // The bytes that are under way must stay where they are; the callbacks shall not.
  const auto writes = writing.under_way() ? out.forget() : out.drop();
}

Result<void> adopt(Loop& loop, StreamBody& body) {
  const stdio::StreamKind kind = stdio::classify(body.native());
  if (kind == stdio::StreamKind::closed) return make_error("open", std::errc::bad_file_descriptor);
  if (kind != stdio::StreamKind::pipe && kind != stdio::StreamKind::socket) {
    return make_error("open", std::errc::not_supported, "neither a pipe nor a socket");
  }
  if (!stdio::is_overlapped(body.native())) {
    return make_error("open", std::errc::not_supported, "not opened with FILE_FLAG_OVERLAPPED");
  }
  return port(loop.core()).adopt(body.native(), {&body.reading, &body.writing});
}

}  // namespace

Result<Stream> Stream::open(Loop& loop, Handle end, StreamOptions options) {
  auto body = std::make_shared<StreamBody>();
  body->handle = std::move(end);
  body->options = options;
  if (const Result<void> ours = adopt(loop, *body); !ours) return ours.error();
  loop.core().add(*body);
  return Stream(std::move(body));
}

Result<Stream> Stream::open(Loop& loop, sockets::Socket end, StreamOptions options) {
  auto body = std::make_shared<StreamBody>();
  body->socket = std::move(end);
  body->is_socket = true;
  body->options = options;
  if (const Result<void> ours = adopt(loop, *body); !ours) return ours.error();
  loop.core().add(*body);
  return Stream(std::move(body));
}

void Stream::read(OnRead done) {
  if (!is_open()) return;
  auto& body = static_cast<StreamBody&>(*body_);
  body.reader = std::move(done);
  body.set_active(true);
  body.core->soon(body);
}

void Stream::cancel_read() {
  if (!is_open()) return;
  auto& body = static_cast<StreamBody&>(*body_);
  const OnRead let_go = std::exchange(body.reader, nullptr);
  body.set_active(false);
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
  if (is_open()) static_cast<StreamBody&>(*body_).push();
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
  return is_open() ? static_cast<StreamBody&>(*body_).native() : kNoHandle;
}

}  // namespace proclab::loop
