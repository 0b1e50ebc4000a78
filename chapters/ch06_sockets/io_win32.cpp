// Chapter 6 · sockets: bytes and messages over a connected end, on Windows. Read io.h first.
//
// ReadFile and WriteFile, for sockets too: a socket is a handle of the file system's. Each call is
// started, and then waited for, since an overlapped handle knows no other way. Nothing here can be
// interrupted, and there is no SIGPIPE.
#include <winsock2.h>

#include <algorithm>
#include <cassert>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/overlapped_win32.h"
#include "chapters/ch06_sockets/socket_win32.h"

namespace proclab::sockets {
namespace {

constexpr std::size_t kMost = 1 << 30;  // the counts are DWORDs

Result<std::size_t> read_some(HANDLE end, std::span<char> room, Deadline until) {
  UnderWay read;
  if (!read) return last_error("CreateEventW");
  const auto size = static_cast<DWORD>(std::min(room.size(), kMost));
  const BOOL started = ::ReadFile(end, room.data(), size, nullptr, read.get());
  return read.finish(end, started, "ReadFile", until);
}

/// The other end has closed: not an error here, but the end.
bool is_end(const Error& why) {
  return why.code.value() == ERROR_BROKEN_PIPE || why.code.value() == ERROR_HANDLE_EOF;
}

}  // namespace

//> send-all
Result<void> send_all(NativeHandle end, std::string_view bytes, Deadline until) {
  const std::size_t all = bytes.size();
  do {
    UnderWay write;
    if (!write) return last_error("CreateEventW");
    const auto size = static_cast<DWORD>(std::min(bytes.size(), kMost));
    const BOOL started = ::WriteFile(end, bytes.data(), size, nullptr, write.get());
    const Result<std::size_t> taken = write.finish(end, started, "WriteFile", until);
    if (!taken) {
      Error why = taken.error();
      if (bytes.size() < all) {
        why.detail =
            std::to_string(all - bytes.size()) + " of " + std::to_string(all) + " bytes sent";
      }
      return why;
    }
    bytes.remove_prefix(*taken);
  } while (!bytes.empty());
  return {};
}
//< send-all

Result<std::size_t> receive(NativeHandle end, std::span<char> room, Deadline until) {
  assert(!room.empty() && "receive: no room, so 0 would look like the end");
  for (;;) {
    const Result<std::size_t> got = read_some(end, room, until);
    if (!got && is_end(got.error())) return std::size_t{0};
    if (!got || *got > 0) return got;
    // 0 bytes: a socket's end; of a pipe, somebody wrote nothing, which is no end.
    if (::GetFileType(end) != FILE_TYPE_PIPE ||
        !::GetNamedPipeInfo(end, nullptr, nullptr, nullptr, nullptr)) {
      return got;
    }
  }
}

//> receive-message
Result<Message> receive_message(NativeHandle end, std::span<char> room, Deadline until) {
  const Result<std::size_t> got = read_some(end, room, until);
  if (!got && is_end(got.error())) return Message{};
  if (!got) return got.error();
  // A pipe keeps the rest of a long message for the next read; a socket throws it away. One contract:
  // so do we.
  bool cut = false;
  DWORD left = 0;
  while (::PeekNamedPipe(end, nullptr, 0, nullptr, nullptr, &left) && left > 0) {
    char rest[512];
    cut = true;
    if (const auto more = read_some(end, rest, until); !more) return more.error();
  }
  return Message{*got, cut};
}
//< receive-message

Result<void> half_close(NativeHandle end) {
  if (const Result<void> ready = start_sockets(); !ready) return ready.error();
  if (::shutdown(to_socket(end), SD_SEND) == 0) return {};
  if (::WSAGetLastError() != WSAENOTSOCK) return last_error("shutdown");
  return make_error("half_close", std::errc::not_supported,
                    "a pipe has no half: end with a message that says so");
}

}  // namespace proclab::sockets
