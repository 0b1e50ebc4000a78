// platform · Handle: one owner for one descriptor or HANDLE.
#pragma once

#include <utility>

#include "platform/native.h"

namespace proclab {

/// Owns one descriptor (POSIX) or HANDLE (Windows) and closes it when it goes out of scope.
/// Moves, never copies: two owners would close twice, and the second close could hit a stranger's
/// descriptor that got the same number in between. Not safe to use from two threads at once.
class Handle {
 public:
  Handle() = default;
  /// Takes ownership of `native`. kNoHandle (and INVALID_HANDLE_VALUE on Windows) make an empty one.
  explicit Handle(NativeHandle native) noexcept;
  Handle(Handle&& other) noexcept : native_(std::exchange(other.native_, kNoHandle)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      close();
      native_ = std::exchange(other.native_, kNoHandle);
    }
    return *this;
  }
  ~Handle() { close(); }

  /// The handle itself, still owned by this object; kNoHandle when empty.
  [[nodiscard]] NativeHandle get() const noexcept { return native_; }
  [[nodiscard]] explicit operator bool() const noexcept { return native_ != kNoHandle; }
  /// Gives ownership to the caller.
  [[nodiscard]] NativeHandle release() noexcept { return std::exchange(native_, kNoHandle); }
  /// Closes now. Never fails, never called twice on one number: after EINTR, Linux has already freed
  /// the descriptor (close(2)), so a retry would close somebody else's. errno / GetLastError() stay.
  void close() noexcept;

 private:
  NativeHandle native_ = kNoHandle;
};

}  // namespace proclab
