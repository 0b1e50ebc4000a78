// Chapter 12 · child_process: our end of one of a child's pipes.
//
// Question: a loop's Stream gives one read for one question. Who asks the next one, and who notices
// that the pipe is at its end, which 'close' waits for? Read before: chapter 10's stream.h. Node:
// child.stdin, child.stdout.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chapters/ch10_loop/stream.h"

namespace proclab::child_process {

/// Belongs to its ChildProcess, and is good as long as that is. When the child could not be
/// started, or the pipe is at its end, it is closed: then all of this does nothing.
class PipeEnd {
 public:
  using OnData = std::function<void(std::string_view)>;
  using OnEnd = std::function<void(const std::optional<Error>&)>;

  PipeEnd() = default;
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;

  /// Tells each piece of bytes as it comes, and then the end, with the error if it was one. The
  /// bytes are good until `data` returns. Called by the loop alone. Before it is called nothing is
  /// read: a child that has written what a pipe holds then waits, for ever if need be. Once the
  /// child has exited, what nobody wants is read and thrown away. Calling it again replaces both.
  void read(OnData data, OnEnd end = {});
  /// No more data until resume(): the child has to wait.
  void pause();
  void resume();

  /// As loop::Stream: `done` is told when the kernel has the bytes, or why it never will:
  /// broken_pipe. Slot 0 is closed when the child exits; then `done` is told nothing.
  void write(std::string bytes, loop::Stream::OnDone done = {});
  /// No more from us, after all writes: the child reads to an end. Windows: both ways, for a pipe
  /// has no half.
  void end(loop::Stream::OnDone done = {});
  /// Bytes that the kernel has not taken.
  [[nodiscard]] std::size_t pending() const;

  /// Closes now: what waits is dropped, and nothing is told any more. A child that writes on dies
  /// of it, or gets a broken pipe.
  void close();
  [[nodiscard]] bool is_open() const { return stream_ && stream_->is_open(); }
  /// Whether the loop waits for it. All are referenced, and active as long as something is read or
  /// written.
  void ref();
  void unref();
  /// Borrowed; kNoHandle when closed.
  [[nodiscard]] NativeHandle native() const;

  /// For spawn(): `changed` is called after each piece, and when it is closed.
  void open(loop::Stream stream, std::function<void()> changed);
  /// Drops both callbacks.
  void forget() { data_ = nullptr, end_ = nullptr; }
  /// Somebody reads, or it is paused.
  [[nodiscard]] bool is_used() const { return data_ != nullptr || paused_; }

 private:
  void ask();
  void arrived(const Result<loop::Bytes>& got);

  std::optional<loop::Stream> stream_;
  std::function<void()> changed_;
  std::shared_ptr<const OnData> data_;
  OnEnd end_;
  bool paused_ = false;
};

}  // namespace proclab::child_process
