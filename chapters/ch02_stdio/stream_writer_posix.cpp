// Chapter 2 · stdio: what Node's process.stdout does, on POSIX. Read stream_writer.h first.
#include "chapters/ch02_stdio/stream_writer.h"

#include <cerrno>
#include <optional>
#include <string>

#include <unistd.h>

#include "chapters/ch02_stdio/open_description_posix.h"
#include "chapters/ch02_stdio/room_posix.h"
#include "chapters/ch02_stdio/write_signals_posix.h"

namespace proclab::stdio {

struct StreamWriter::State {
  State(NativeHandle handle, StreamOptions chosen, bool no_waiting)
      : out(handle), options(chosen), waiting(handle), never_waits(no_waiting) {}

  NativeHandle out;
  StreamOptions options;
  BlockingWriter waiting;  // for the kinds that are written synchronously
  bool never_waits;
  bool set_flag = false;  // O_NONBLOCK was ours, so it is ours to take back
  std::string kept;       // what the kernel had no room for; bytes before `sent` have gone
  std::size_t sent = 0;
  std::uint64_t accepted = 0;
  std::optional<Error> failed;

  // Gives the kernel as much of `bytes` as it takes now. Returns how much that was.
  Result<std::size_t> offer(std::string_view bytes);
  Result<void> offer_kept();
  Error fail(Error why) {
    kept.clear();
    sent = 0;
    return *(failed = std::move(why));
  }
};

//> offer
Result<std::size_t> StreamWriter::State::offer(std::string_view bytes) {
  WriteSignalGuard alive(true);  // only pipes and sockets come here
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    const ssize_t count = ::write(out, bytes.data() + taken, bytes.size() - taken);
    if (count >= 0) {
      taken += static_cast<std::size_t>(count);
      accepted += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;  // the kernel's buffer is full. A blocking writer would sleep here; this one goes home
    } else if (errno != EINTR) {
      const Error why = last_error("write");
      alive.swallow(why.code.value());
      return fail(why);
    }
  }
  return taken;
}
//< offer

Result<void> StreamWriter::State::offer_kept() {
  if (kept.empty()) return {};
  const Result<std::size_t> taken = offer(std::string_view(kept).substr(sent));
  if (!taken) return taken.error();
  sent += *taken;
  if (sent == kept.size() || sent > kept.size() / 2) {  // else a slow reader makes it quadratic
    kept.erase(0, sent);
    sent = 0;
  }
  return {};
}

StreamWriter::StreamWriter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
StreamWriter::StreamWriter(StreamWriter&&) noexcept = default;
StreamWriter& StreamWriter::operator=(StreamWriter&& other) noexcept {
  std::swap(state_, other.state_);  // ours is taken down, flag and all, with `other`
  return *this;
}

//> open
Result<StreamWriter> StreamWriter::open(NativeHandle out, StreamOptions options) {
  const StreamKind kind = classify(out);
  if (kind == StreamKind::closed) {
    return make_error("StreamWriter::open", std::errc::bad_file_descriptor);
  }
  // A file always has "room": O_NONBLOCK means nothing to it. A terminal is shared with the shell and
  // with every other program on it, so nobody's flag should be on it; Node waits there.
  const bool never_waits = kind == StreamKind::pipe || kind == StreamKind::socket;
  auto state = std::make_unique<State>(out, options, never_waits);
  if (never_waits) {
    const Result<bool> before = set_nonblocking(out, true);
    if (!before) return before.error();
    state->set_flag = !*before;
  }
  return StreamWriter(std::move(state));
}
//< open

StreamWriter::~StreamWriter() {
  if (state_ && state_->set_flag) (void)set_nonblocking(state_->out, false);
}

//> stream-write
Result<bool> StreamWriter::write(std::string_view bytes) {
  State& s = *state_;
  if (s.failed) return *s.failed;
  if (!s.never_waits) {
    Result<bool> done = s.waiting.write(bytes);
    if (!done) s.failed = done.error();
    return done;
  }
  const Result<void> earlier = s.offer_kept();
  if (!earlier) return earlier.error();
  if (s.kept.empty()) {  // else `bytes` would overtake what came before them
    const Result<std::size_t> taken = s.offer(bytes);
    if (!taken) return taken.error();
    bytes.remove_prefix(*taken);
  }
  s.kept.append(bytes);
  return pending() < s.options.high_water;
}
//< stream-write

//> flush
Result<bool> StreamWriter::flush(Deadline until) {
  State& s = *state_;
  if (s.failed) return *s.failed;
  for (;;) {
    const Result<void> offered = s.offer_kept();
    if (!offered) return offered.error();
    if (s.kept.empty()) return true;
    const Result<bool> room = wait_for_room(s.out, until);
    if (!room) return s.fail(room.error());
    if (!*room) return false;
  }
}
//< flush

std::size_t StreamWriter::pending() const { return state_->kept.size() - state_->sent; }

std::uint64_t StreamWriter::accepted() const {
  return state_->never_waits ? state_->accepted : state_->waiting.accepted();
}

}  // namespace proclab::stdio
