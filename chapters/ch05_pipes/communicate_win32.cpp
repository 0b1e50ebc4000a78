// Chapter 5 · pipes: the loop of communicate() on Windows. Read communicate.h and communicate.cpp first.
//
// POSIX asks "can I?" and then does it. Windows does it the other way round: a read or write is begun
// on every stream, and an event tells when one is done. Until then the buffer is the system's, so
// none of them may be left under way when this returns. Meets: ReadFile, WriteFile with an OVERLAPPED,
// WaitForMultipleObjects, GetOverlappedResult, CancelIoEx.
#include <algorithm>
#include <array>

#include <windows.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch05_pipes/pump.h"

namespace proclab::pipes {

namespace {

/// What a step came to. A Stop: that is how it ends. Nothing: go on.
using Step = std::optional<Stop>;

bool partner_is_gone(DWORD error) {
  return error == ERROR_BROKEN_PIPE || error == ERROR_NO_DATA || error == ERROR_PIPE_NOT_CONNECTED;
}

//> operation
/// One read or write at a time on one end of a pipe.
class Operation {
 public:
  Operation() : done_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}
  /// The system must not write into our memory once that is somebody else's.
  ~Operation() { cancel(); }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  [[nodiscard]] HANDLE event() const { return done_.get(); }
  [[nodiscard]] bool under_way() const { return stream_ != nullptr; }
  void read(HANDLE from, char* room, DWORD size) {
    begin(from);
    settle(::ReadFile(from, room, size, nullptr, &overlapped_));
  }
  void write(HANDLE to, const char* bytes, DWORD size) {
    begin(to);
    settle(::WriteFile(to, bytes, size, nullptr, &overlapped_));
  }
  /// nullopt: still under way. Else how it went: a Win32 code, and the bytes that it moved.
  std::optional<DWORD> result(DWORD& count) { return finish(count, FALSE); }
  /// Ends it now; the bytes that it has moved all the same.
  DWORD cancel() {
    DWORD count = 0;
    if (!under_way()) return 0;
    ::CancelIoEx(stream_, &overlapped_);  // fails when it is done already, which is as good
    (void)finish(count, TRUE);
    return count;
  }

 private:
  void begin(HANDLE stream) {
    stream_ = stream;
    overlapped_ = {};
    overlapped_.hEvent = done_.get();
    error_ = ERROR_SUCCESS;
  }
  void settle(BOOL ok) {
    if (ok || ::GetLastError() == ERROR_IO_PENDING) return;  // done or not: the event tells
    error_ = ::GetLastError();
    ::SetEvent(done_.get());
  }
  std::optional<DWORD> finish(DWORD& count, BOOL wait) {
    if (error_ == ERROR_SUCCESS && !::GetOverlappedResult(stream_, &overlapped_, &count, wait)) {
      if (::GetLastError() == ERROR_IO_INCOMPLETE) return {};
      error_ = ::GetLastError();
    }
    stream_ = nullptr;
    ::ResetEvent(done_.get());
    return error_;
  }

  Handle done_;  // manual-reset: the system resets it when an operation begins
  HANDLE stream_ = nullptr;
  OVERLAPPED overlapped_{};
  DWORD error_ = ERROR_SUCCESS;  // of the call that should have begun it
};
//< operation

constexpr DWORD kBlock = 64 * 1024;

/// A stream that we read: the operation, and where its bytes come.
struct Drain {
  Handle& from;
  std::string& into;
  Operation operation;
  std::array<char, kBlock> block;
};

class Pump {
 public:
  Pump(PipedChild& child, std::string_view input, const CommunicateOptions& options,
       Communicated& said)
      : child_(child), rest_(input), options_(options), said_(said) {}
  ~Pump();
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  Stop run();

 private:
  void begin(Drain& drain) const;
  void begin_feed();
  Step wait();
  Step end(Drain& drain);
  Step end_feed();
  Step fail(const char* call, DWORD error) {
    ::SetLastError(error);
    said_.error = last_error(call);
    return Stop::failed;
  }
  [[nodiscard]] std::size_t room(const std::string& text) const {
    return options_.limit - std::min(options_.limit, text.size());
  }

  PipedChild& child_;
  std::string_view rest_;  // of the input
  const CommunicateOptions& options_;
  Communicated& said_;
  bool process_ended_ = false;
  Deadline held_until_;  // never, until the process has ended and options_.after_exit has begun
  Drain output_{child_.output, said_.output, {}, {}};
  Drain errors_{child_.errors, said_.errors, {}, {}};
  Operation feed_;
};

//> pump
Stop Pump::run() {
  if (rest_.empty()) child_.input.close();  // nothing (more) to say: the child shall see the end
  while (child_.input || child_.output || child_.errors) {
    begin(output_);
    begin(errors_);
    begin_feed();
    if (const Step end = wait()) return *end;
    if (const Step over = end(output_)) return *over;
    if (const Step over = end(errors_)) return *over;
    if (const Step over = end_feed()) return *over;
    // Asked at every turn: a child that never stops talking must not carry us past them.
    if (options_.deadline.passed()) return Stop::deadline;
    if (held_until_.passed()) return Stop::held;
  }
  return Stop::ended;
}
//< pump

/// What was read in the last moment still counts.
Pump::~Pump() {
  for (Drain* drain : {&output_, &errors_}) {
    drain->into.append(drain->block.data(), drain->operation.cancel());
  }
  said_.fed += feed_.cancel();
}

void Pump::begin(Drain& drain) const {
  if (!drain.from || drain.operation.under_way()) return;
  // No room left: a read of no bytes. It ends when there is something to read, and takes nothing.
  const auto size = static_cast<DWORD>(std::min<std::size_t>(room(drain.into), kBlock));
  drain.operation.read(drain.from.get(), drain.block.data(), size);
}

void Pump::begin_feed() {
  if (!child_.input || feed_.under_way()) return;
  feed_.write(child_.input.get(), rest_.data(),
              static_cast<DWORD>(std::min<std::size_t>(rest_.size(), kBlock)));
}

Step Pump::wait() {
  std::array<HANDLE, 4> all;
  DWORD count = 0;
  for (Operation* operation : {&output_.operation, &errors_.operation, &feed_}) {
    if (operation->under_way()) all[count++] = operation->event();
  }
  if (options_.after_exit && !process_ended_) all[count++] = child_.process.native();
  const int left = options_.deadline.poll_timeout(), held = held_until_.poll_timeout();
  const int most = left < 0 ? held : held < 0 ? left : std::min(left, held);
  // It names the first that is done only; so all are asked afterwards, and none waits for its turn.
  const DWORD woken =
      ::WaitForMultipleObjects(count, all.data(), FALSE, most < 0 ? INFINITE : most);
  if (woken == WAIT_FAILED) return fail("WaitForMultipleObjects", ::GetLastError());
  if (options_.after_exit && !process_ended_ &&
      ::WaitForSingleObject(child_.process.native(), 0) == WAIT_OBJECT_0) {
    process_ended_ = true;
    held_until_ = Deadline::after(*options_.after_exit);
  }
  return {};
}

//> end-read
Step Pump::end(Drain& drain) {
  DWORD count = 0;
  if (!drain.operation.under_way()) return {};
  const std::optional<DWORD> error = drain.operation.result(count);
  if (!error) return {};
  if (partner_is_gone(*error)) return drain.from.close(), Step{};  // every writer is gone
  if (*error != ERROR_SUCCESS) return fail("ReadFile", *error);
  drain.into.append(drain.block.data(), count);
  if (count > 0 || room(drain.into) > 0) return {};
  const Result<std::size_t> more = unread(drain.from.get());
  return more && *more > 0 ? Step{Stop::limit} : Step{};
}
//< end-read

Step Pump::end_feed() {
  DWORD count = 0;
  if (!feed_.under_way()) return {};
  const std::optional<DWORD> error = feed_.result(count);
  if (!error) return {};
  if (partner_is_gone(*error)) return child_.input.close(), Step{};  // it reads no more
  if (*error != ERROR_SUCCESS) return fail("WriteFile", *error);
  rest_.remove_prefix(count);
  said_.fed += count;
  if (rest_.empty()) child_.input.close();  // the end of the file, for which the child may be waiting
  return {};
}

}  // namespace

Stop pump(PipedChild& child, std::string_view input, const CommunicateOptions& options,
          Communicated& said) {
  return Pump(child, input, options, said).run();
}

bool partner_gone(NativeHandle end) {
  return !::PeekNamedPipe(end, nullptr, 0, nullptr, nullptr, nullptr) &&
         ::GetLastError() == ERROR_BROKEN_PIPE;
}

}  // namespace proclab::pipes
