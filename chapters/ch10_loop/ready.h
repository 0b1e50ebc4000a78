// Chapter 10 · loop: the door for everything that can be waited for and is not bytes.
//
// Question: a pidfd, a signalfd, a lifeline, an event object, chapter 8's Reaper: what do they have in
// common? One question: is it ready now? Read before: source.h. Then ready_posix.cpp, ready_win32.cpp.
// Meets: poll, epoll_ctl; RegisterWaitForSingleObject, UnregisterWaitEx, PostQueuedCompletionStatus.
#pragma once

#include <functional>

#include "chapters/ch10_loop/loop.h"
#include "platform/native.h"

namespace proclab::loop {

/// Waits for a handle to become readable (POSIX) or signalled (Windows). The one readiness source, on both
/// systems: it moves no bytes. exit.h and signal.h are made of it.
class Ready : public Source {
 public:
  /// `handle` is borrowed: close this source before the handle.
  /// Errors: device_or_resource_busy: it has a source in this loop already (POSIX);
  /// bad_file_descriptor; not_supported: a file, which is always ready.
  static Result<Ready> open(Loop& loop, NativeHandle handle);

  /// Asks to be told once: `ready` is called as soon as the handle is ready, also when it is so already.
  /// It stays asked until then; asking again replaces `ready`. The source is active meanwhile.
  /// Rarely it is told for nothing: who reads then must be able to find nothing. The Error is what the
  /// system says of a handle that broke.
  void wait(std::function<void(Result<void>)> ready);
  /// Takes the question back.
  void cancel();

 private:
  using Source::Source;
};

}  // namespace proclab::loop
