// Chapter 2 · stdio: the writer that waits, on POSIX. Read writer.h first.
//
// write(2) promises little: it may take a part, be interrupted, find no room, or raise a signal that
// ends the program. This loop is what every program needs around it.
#include "chapters/ch02_stdio/writer.h"

#include <cerrno>

#include <unistd.h>

#include "chapters/ch02_stdio/room_posix.h"
#include "chapters/ch02_stdio/write_signals_posix.h"

namespace proclab::stdio {

BlockingWriter::BlockingWriter(NativeHandle out) noexcept
    : out_(out), kind_(classify(out)), may_signal_(write_may_signal(kind_)) {}

Result<bool> BlockingWriter::write(std::string_view bytes) {
  const Result<void> done = write_all(bytes);
  if (!done) return done.error();
  return true;
}

//> write-all
Result<void> BlockingWriter::write_all(std::string_view bytes) {
  WriteSignalGuard alive(
      may_signal_);  // EPIPE and EFBIG shall be errors, not the end of the process
  while (!bytes.empty()) {
    const ssize_t taken = ::write(out_, bytes.data(), bytes.size());
    if (taken > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(taken));  // a part: go on behind it
      accepted_ += static_cast<std::size_t>(taken);
      continue;
    }
    if (taken == -1 && errno == EINTR) continue;  // a handler ran before the first byte went
    if (taken == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      // Somebody who shares the open description set O_NONBLOCK. Clearing it here would break *them*,
      // and trying again at once would burn a CPU: wait for room instead.
      const Result<bool> room = wait_for_room(out_, Deadline::never());
      if (!room) return room.error();
      continue;
    }
    if (taken == 0) return make_error("write", std::errc::io_error, "took nothing");
    const Error why = last_error("write");
    alive.swallow(why.code.value());
    return why;
  }
  return {};
}
//< write-all

}  // namespace proclab::stdio
