// Chapter 2 · stdio: a writer that never waits, on Windows. Read stream_writer.h first.
//
// POSIX asks "is there room?" and writes that much. Windows starts a write and is told when it is
// complete: until then the buffer and the OVERLAPPED belong to the system, and must not move or die.
#include "chapters/ch02_stdio/stream_writer.h"

#include <algorithm>
#include <optional>
#include <string>

#include <windows.h>

#include "chapters/ch02_stdio/native_file_win32.h"
#include "platform/handle.h"

namespace proclab::stdio {

namespace {

// A write is complete as a whole or not at all, so small blocks tell better how far it has come.
constexpr std::size_t kBlock = 16 * 1024;

}  // namespace

struct StreamWriter::State {
  State(NativeHandle handle, StreamOptions chosen, bool no_waiting)
      : out(handle), options(chosen), waiting(handle), never_waits(no_waiting) {}
  ~State() { cancel(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  NativeHandle out;
  StreamOptions options;
  BlockingWriter waiting;  // for the kinds that are written synchronously
  bool never_waits;
  Handle done;  // the event that says: the write under way is complete
  OVERLAPPED under_way{};
  std::string flying;  // the bytes of the write under way; empty: there is none
  std::string kept;    // what comes after them; bytes before `sent` have gone
  std::size_t sent = 0;
  std::uint64_t accepted = 0;
  std::optional<Error> failed;

  Result<void> offer();
  Result<bool> landed();
  void cancel();
  Error fail(Error why) {
    flying.clear();
    kept.clear();
    sent = 0;
    return *(failed = std::move(why));
  }
};

// Whether the write under way is complete. True when there is none.
Result<bool> StreamWriter::State::landed() {
  if (flying.empty()) return true;
  DWORD taken = 0;
  if (!::GetOverlappedResult(out, &under_way, &taken, FALSE)) {
    if (::GetLastError() == ERROR_IO_INCOMPLETE) return false;
    return fail(last_error("WriteFile"));
  }
  accepted += taken;
  if (taken < flying.size()) return fail(make_error("WriteFile", std::errc::io_error, "cut short"));
  flying.clear();
  return true;
}

//> offer
Result<void> StreamWriter::State::offer() {
  for (;;) {
    const Result<bool> free = landed();
    if (!free) return free.error();
    if (!*free || sent == kept.size()) break;
    flying = kept.substr(sent, kBlock);
    sent += flying.size();
    under_way = OVERLAPPED{};
    under_way.hEvent = done.get();
    const DWORD size = static_cast<DWORD>(flying.size());
    if (!::WriteFile(out, flying.data(), size, nullptr, &under_way) &&
        ::GetLastError() != ERROR_IO_PENDING) {
      return fail(last_error("WriteFile"));
    }
  }
  if (sent == kept.size() || sent > kept.size() / 2) {  // else a slow reader makes it quadratic
    kept.erase(0, sent);
    sent = 0;
  }
  return {};
}
//< offer

// The end of the process does the same: a write that is not complete then never will be.
void StreamWriter::State::cancel() {
  if (flying.empty()) return;
  DWORD taken = 0;
  ::CancelIoEx(out, &under_way);
  ::GetOverlappedResult(out, &under_way, &taken, TRUE);  // the buffer is ours only after this
  flying.clear();
}

StreamWriter::StreamWriter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
StreamWriter::StreamWriter(StreamWriter&&) noexcept = default;
StreamWriter& StreamWriter::operator=(StreamWriter&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
StreamWriter::~StreamWriter() = default;

Result<StreamWriter> StreamWriter::open(NativeHandle out, StreamOptions options) {
  const StreamKind kind = classify(out);
  if (kind == StreamKind::closed) {
    return make_error("StreamWriter::open", std::errc::bad_file_descriptor);
  }
  const bool never_waits = kind == StreamKind::pipe || kind == StreamKind::socket;
  if (never_waits && !is_overlapped(out)) {
    return make_error("StreamWriter::open", std::errc::function_not_supported,
                      "the pipe was not opened with FILE_FLAG_OVERLAPPED");
  }
  auto state = std::make_unique<State>(out, options, never_waits);
  state->done = Handle(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!state->done) return last_error("CreateEventW");
  return StreamWriter(std::move(state));
}

Result<bool> StreamWriter::write(std::string_view bytes) {
  State& s = *state_;
  if (s.failed) return *s.failed;
  if (!s.never_waits) {
    const Result<bool> done = s.waiting.write(bytes);
    if (!done) s.failed = done.error();
    return done;
  }
  s.kept.append(bytes);
  const Result<void> offered = s.offer();
  if (!offered) return offered.error();
  return pending() < s.options.high_water;
}

Result<bool> StreamWriter::flush(Deadline until) {
  State& s = *state_;
  if (s.failed) return *s.failed;
  for (;;) {
    const Result<void> offered = s.offer();
    if (!offered) return offered.error();
    if (pending() == 0) return true;
    const int left = until.poll_timeout();
    const DWORD span = left == -1 ? INFINITE : static_cast<DWORD>(left);
    const DWORD woken = ::WaitForSingleObject(s.done.get(), span);
    if (woken == WAIT_FAILED) return s.fail(last_error("WaitForSingleObject"));
    if (woken == WAIT_TIMEOUT && until.passed()) return false;
  }
}

std::size_t StreamWriter::pending() const {
  return state_->kept.size() - state_->sent + state_->flying.size();
}

std::uint64_t StreamWriter::accepted() const {
  return state_->never_waits ? state_->accepted : state_->waiting.accepted();
}

}  // namespace proclab::stdio
