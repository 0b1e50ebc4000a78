// Chapter 2 · stdio: the writer that does what Node's process.stdout does.
//
// Where do the bytes stand when write() has returned? Partly in the kernel, partly here, and what is
// here dies with the process. Read writer.h before. Raw calls met: fcntl(O_NONBLOCK), write, poll;
// WriteFile with an OVERLAPPED, GetOverlappedResult, CancelIoEx.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "chapters/ch02_stdio/writer.h"
#include "platform/clock.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::stdio {

struct StreamOptions {
  /// write() returns false from this many pending bytes on. Node 18 and 20: 16 KiB; since 22: 64 KiB.
  std::size_t high_water = 16 * 1024;
};

/// Never waits for a reader: a write() gives the kernel what it has room for, at once, and keeps the
/// rest. The rest goes out by later calls of write() and flush(), in order; there is no thread behind
/// it (in Node the event loop calls again when poll says there is room). Destroyed with bytes pending,
/// it drops them: that is how process.exit() loses output, and the owner has to flush() first. After an
/// error it is finished: every later call gives the same error.
///
/// Which streams are treated so:
///   POSIX    pipes and sockets; for files, terminals and devices it waits like BlockingWriter, as Node
///            does. O_NONBLOCK is set on the open description, which other processes may share, and
///            restored by the destructor when this writer set it.
///   Windows  pipes and sockets opened for overlapped I/O: one overlapped WriteFile is under way at a
///            time, and its bytes are pending until it is complete. A pipe opened without
///            FILE_FLAG_OVERLAPPED (as CreatePipe makes them) cannot be written without waiting, so
///            open() says function_not_supported. This is *not* Node's way on Windows: Node waits there.
///            Files and consoles wait.
class StreamWriter final : public Writer {
 public:
  /// Borrows `out`. Errors: bad_file_descriptor, function_not_supported (see above).
  [[nodiscard]] static Result<StreamWriter> open(NativeHandle out, StreamOptions options = {});
  StreamWriter(StreamWriter&&) noexcept;
  StreamWriter& operator=(StreamWriter&&) noexcept;
  ~StreamWriter() override;

  [[nodiscard]] Result<bool> write(std::string_view bytes) override;
  [[nodiscard]] Result<bool> flush(Deadline until) override;
  [[nodiscard]] std::size_t pending() const override;
  [[nodiscard]] std::uint64_t accepted() const override;

 private:
  struct State;
  explicit StreamWriter(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace proclab::stdio
