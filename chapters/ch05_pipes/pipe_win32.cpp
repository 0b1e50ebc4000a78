// Chapter 5 · pipes: making and reading a pipe on Windows. Read pipe.h first.
//
// CreatePipe() makes the simplest pipe, and one that cannot be waited for: its handles are never
// signalled when data comes, ReadFile() on them blocks, and there is neither poll() nor O_NONBLOCK.
// A program that must wait for two of them needs a thread for each. Overlapped I/O can be waited for,
// but a handle is born for it or never, and CreatePipe() has no flag. So a pipe for a loop is a named
// pipe that is opened once, at once, by ourselves: what Node, libuv and Python's asyncio do as well.
#include <algorithm>
#include <atomic>

#include <windows.h>

#include "chapters/ch02_stdio/native_file_win32.h"
#include "chapters/ch05_pipes/pipe.h"
#include "platform/win32/wide.h"

namespace proclab::pipes {

namespace {

constexpr DWORD kUsual = 64 * 1024;

//> named-pipe
/// Its name is used once. Who guessed it and came first would make our CreateFileW fail (there is one
/// instance), not get our bytes; who made it first makes FILE_FLAG_FIRST_PIPE_INSTANCE fail.
std::wstring fresh_name() {
  static std::atomic<unsigned> count{0};
  LARGE_INTEGER ticks;
  ::QueryPerformanceCounter(&ticks);
  return L"\\\\.\\pipe\\proclab-" + std::to_wstring(::GetCurrentProcessId()) + L"-" +
         std::to_wstring(ticks.QuadPart) + L"-" + std::to_wstring(++count);
}

Result<Pipe> make_named_pipe(Async ends, DWORD capacity) {
  const bool read_is_async = ends == Async::read || ends == Async::both;
  const bool write_is_async = ends == Async::write || ends == Async::both;
  const std::wstring name = fresh_name();
  Pipe pipe;
  pipe.read = Handle(::CreateNamedPipeW(
      name.c_str(),
      PIPE_ACCESS_INBOUND | FILE_FLAG_FIRST_PIPE_INSTANCE |
          (read_is_async ? FILE_FLAG_OVERLAPPED : 0),
      PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, capacity,
      capacity, 0, nullptr));  // no SECURITY_ATTRIBUTES: nobody inherits it
  if (!pipe.read) return last_error("CreateNamedPipeW");
  pipe.write =
      Handle(::CreateFileW(name.c_str(), GENERIC_WRITE | FILE_READ_ATTRIBUTES, 0, nullptr,
                           OPEN_EXISTING, write_is_async ? FILE_FLAG_OVERLAPPED : 0, nullptr));
  if (!pipe.write) return last_error("CreateFileW");
  return pipe;
}
//< named-pipe

/// A read that was begun, waited for: all that a blocking read is.
bool read_overlapped(HANDLE from, char* room, DWORD size, DWORD& count) {
  const Handle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!done) return false;
  OVERLAPPED under_way{};
  under_way.hEvent = done.get();
  if (!::ReadFile(from, room, size, nullptr, &under_way) && ::GetLastError() != ERROR_IO_PENDING) {
    return false;
  }
  return ::GetOverlappedResult(from, &under_way, &count, TRUE) != FALSE;
}

}  // namespace

//> make-pipe
Result<Pipe> make_pipe(Async ends, std::size_t capacity) {
  if (capacity > MAXDWORD) return make_error("CreatePipe", std::errc::invalid_argument, "4 GiB");
  const DWORD size = static_cast<DWORD>(capacity);
  if (ends != Async::none) return make_named_pipe(ends, size == 0 ? kUsual : size);
  HANDLE read = nullptr, write = nullptr;
  if (!::CreatePipe(&read, &write, nullptr, size)) return last_error("CreatePipe");
  return Pipe{Handle(read), Handle(write)};
}
//< make-pipe

//> capacity
Result<std::size_t> capacity(NativeHandle end) {
  DWORD out = 0, in = 0;  // of the server's end, whichever end is asked
  if (!::GetNamedPipeInfo(end, nullptr, &out, &in, nullptr)) return last_error("GetNamedPipeInfo");
  return std::size_t{std::max(out, in)};
}
//< capacity

Result<std::size_t> set_capacity(NativeHandle, std::size_t) {
  return make_error("set_capacity", std::errc::not_supported,
                    "Windows settles a pipe's size when it is made");
}

Result<std::size_t> unread(NativeHandle read_end) {
  DWORD count = 0;
  if (::PeekNamedPipe(read_end, nullptr, 0, nullptr, &count, nullptr)) return std::size_t{count};
  if (::GetLastError() == ERROR_BROKEN_PIPE) return std::size_t{0};
  return last_error("PeekNamedPipe");
}

//> read-some
Result<std::size_t> read_some(NativeHandle from, char* room, std::size_t size) {
  const DWORD most = static_cast<DWORD>(std::min<std::size_t>(size, 1 << 30));
  const bool overlapped = stdio::is_overlapped(from);
  for (;;) {
    DWORD count = 0;
    if (!(overlapped ? read_overlapped(from, room, most, count)
                     : ::ReadFile(from, room, most, &count, nullptr))) {
      const DWORD why = ::GetLastError();
      // The last writer is gone. What POSIX tells by "0 bytes", Windows calls a broken pipe.
      if (why == ERROR_BROKEN_PIPE || why == ERROR_HANDLE_EOF) return std::size_t{0};
      return last_error("ReadFile");
    }
    if (count > 0 || most == 0 || ::GetFileType(from) != FILE_TYPE_PIPE) return std::size_t{count};
  }
}
//< read-some

}  // namespace proclab::pipes
