// Chapter 2 · stdio: one interface for output, and the writer that waits.
//
// What does it take until "written" means written? Read stream_kind.h before, stream_writer.h after.
// Raw calls met: write, poll; WriteFile, GetOverlappedResult, WriteConsoleW.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "chapters/ch02_stdio/stream_kind.h"
#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::stdio {

/// Somewhere to write bytes to. BlockingWriter waits for room; StreamWriter keeps what has no room.
/// A writer borrows its handle, which must outlive it. Use one from one thread at a time.
class Writer {
 public:
  virtual ~Writer() = default;

  /// Writes all of `bytes`, or keeps the rest for later, or says why not. True: go on. False: all is
  /// well, but pending() has reached the high-water mark, so a polite caller stops until flush() (what
  /// Node calls back-pressure). After an error nothing is pending; accepted() says how far it came.
  /// No signal kills the caller: EPIPE (std::errc::broken_pipe) and EFBIG (file_too_large) are plain
  /// errors, as are a full disk (no_space_on_device) and a closed handle (bad_file_descriptor).
  [[nodiscard]] virtual Result<bool> write(std::string_view bytes) = 0;

  /// Waits until nothing is pending, at most until the deadline; one that has passed makes a single
  /// attempt and does not wait. True: all of it is with the kernel. False: the deadline came first.
  [[nodiscard]] virtual Result<bool> flush(Deadline until) = 0;

  /// Bytes that write() took and the kernel has not. They are lost when the process ends now.
  [[nodiscard]] virtual std::size_t pending() const = 0;

  /// Bytes that the kernel has taken since this writer was made.
  [[nodiscard]] virtual std::uint64_t accepted() const = 0;
};

/// Every write() returns when the kernel has all of it, however long that takes: pending() is always 0.
/// What Node does for files, for terminals on POSIX and for pipes on Windows.
///
/// Copes with what makes a bare write(2) wrong: a count smaller than asked, EINTR, and EAGAIN from a
/// descriptor that somebody who shares its open description made non-blocking (it waits with poll).
/// Windows: any handle; text for a console is UTF-8 and goes out by WriteConsoleW, whatever the code
/// page (a character cut in two by two writes is put together).
class BlockingWriter final : public Writer {
 public:
  /// Borrows `out`. Never fails: an unusable handle is write()'s error (bad_file_descriptor). What the
  /// handle is, and whether this process has a file size limit, is looked up here, once.
  explicit BlockingWriter(NativeHandle out) noexcept;

  [[nodiscard]] Result<bool> write(std::string_view bytes) override;
  [[nodiscard]] Result<bool> flush(Deadline) override { return true; }
  [[nodiscard]] std::size_t pending() const override { return 0; }
  [[nodiscard]] std::uint64_t accepted() const override { return accepted_; }
  /// What the handle was when this writer was made.
  [[nodiscard]] StreamKind kind() const { return kind_; }

 private:
  [[nodiscard]] Result<void> write_all(std::string_view bytes);

  NativeHandle out_;
  StreamKind kind_;
  bool may_signal_ = false;  // POSIX: SIGPIPE or SIGXFSZ must be kept away
  std::string half_;  // Windows console: the first bytes of a character whose rest has not come yet
  std::uint64_t accepted_ = 0;
};

}  // namespace proclab::stdio
