// Chapter 2 · stdio: the writer that waits, on Windows. Read writer.h first.
//
// There is no EINTR, no SIGPIPE and no O_NONBLOCK here. What there is instead: handles that were opened
// for overlapped I/O, which refuse a plain WriteFile, and consoles, which speak UTF-16.
#include "chapters/ch02_stdio/writer.h"

#include <algorithm>

#include <windows.h>

#include "chapters/ch02_stdio/native_file_win32.h"
#include "platform/handle.h"
#include "platform/win32/wide.h"

namespace proclab::stdio {

namespace {

constexpr std::size_t kMost = 1 << 30;  // WriteFile's count is a DWORD

DWORD size_of(std::string_view bytes) { return static_cast<DWORD>(std::min(bytes.size(), kMost)); }

//> write-overlapped
// Starts the write and waits for its end: what libuv does with a pipe when Node asks it to block.
Result<std::size_t> write_overlapped(HANDLE out, std::string_view bytes) {
  Handle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!done) return last_error("CreateEventW");
  OVERLAPPED under_way{};
  under_way.Offset = under_way.OffsetHigh = 0xFFFFFFFF;  // a file: at its end. A pipe ignores it
  under_way.hEvent = done.get();
  DWORD taken = 0;
  if (!::WriteFile(out, bytes.data(), size_of(bytes), nullptr, &under_way) &&
      ::GetLastError() != ERROR_IO_PENDING) {
    return last_error("WriteFile");
  }
  // Until this returns, the system reads from `bytes` and writes into `under_way`.
  if (!::GetOverlappedResult(out, &under_way, &taken, TRUE)) return last_error("WriteFile");
  return std::size_t{taken};
}
//< write-overlapped

Result<std::size_t> write_plain(HANDLE out, std::string_view bytes) {
  DWORD taken = 0;
  if (!::WriteFile(out, bytes.data(), size_of(bytes), &taken, nullptr)) {
    return last_error("WriteFile");
  }
  return std::size_t{taken};
}

// How many bytes at the end of `text` begin a UTF-8 character that is not complete yet.
std::size_t unfinished(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;  // inside a character: look for its head
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

Result<void> write_console(HANDLE out, std::string_view text) {
  const Result<std::wstring> wide = to_wide(text);
  if (!wide) return wide.error();
  for (std::size_t at = 0; at < wide->size();) {
    DWORD taken = 0;
    const DWORD size = static_cast<DWORD>(std::min<std::size_t>(wide->size() - at, 8192));
    if (!::WriteConsoleW(out, wide->data() + at, size, &taken, nullptr)) {
      return last_error("WriteConsoleW");
    }
    if (taken == 0) return make_error("WriteConsoleW", std::errc::io_error, "took nothing");
    at += taken;
  }
  return {};
}

}  // namespace

BlockingWriter::BlockingWriter(NativeHandle out) noexcept : out_(out), kind_(classify(out)) {}

Result<bool> BlockingWriter::write(std::string_view bytes) {
  if (kind_ == StreamKind::tty) {
    half_.append(bytes);
    const std::size_t whole = half_.size() - unfinished(half_);
    const Result<void> done = write_console(out_, std::string_view(half_).substr(0, whole));
    half_.erase(0, whole);
    if (!done) return done.error();
    accepted_ += bytes.size();
    return true;
  }
  const Result<void> done = write_all(bytes);
  if (!done) return done.error();
  return true;
}

Result<void> BlockingWriter::write_all(std::string_view bytes) {
  const bool overlapped = is_overlapped(out_);
  while (!bytes.empty()) {
    const Result<std::size_t> taken =
        overlapped ? write_overlapped(out_, bytes) : write_plain(out_, bytes);
    if (!taken) return taken.error();
    // A pipe that somebody set to PIPE_NOWAIT says "worked, 0 bytes" when it is full. There is no
    // poll() for it, and asking again in a loop would burn a CPU: say it.
    if (*taken == 0) return make_error("WriteFile", std::errc::resource_unavailable_try_again);
    bytes.remove_prefix(*taken);
    accepted_ += *taken;
  }
  return {};
}

}  // namespace proclab::stdio
