// Chapter 6 · sockets: one call under way, and the wait for its end. For this chapter's Windows files.
#pragma once

#include <windows.h>

#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

/// An OVERLAPPED with its event. It must outlive the call that it was given to: finish() sees to that.
class UnderWay {
 public:
  UnderWay() : done_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
    overlapped_.hEvent = done_.get();
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  [[nodiscard]] OVERLAPPED* get() { return &overlapped_; }
  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(done_); }

  /// Waits for the call `name`, which gave `started`, on `handle`, and gives how many bytes it moved. At
  /// the deadline the call is taken back; if it was faster than that, it counts. Errors: timed_out.
  Result<std::size_t> finish(HANDLE handle, BOOL started, const char* name, Deadline until);

 private:
  Handle done_;
  OVERLAPPED overlapped_{};
};

}  // namespace proclab::sockets
