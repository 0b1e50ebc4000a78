// Chapter 7 · signals: what stands behind a Source. Each way to listen is one of these.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "chapters/ch07_signals/source.h"

namespace proclab::signals {

/// Signals that belong to one Source of this process; free again when it is gone. Threads: any.
class Claim {
 public:
  /// Errors: device_or_resource_busy, and then nothing has been claimed.
  static Result<Claim> take(const std::vector<int>& signals);
  Claim() = default;
  Claim(Claim&& other) noexcept : signals_(std::exchange(other.signals_, {})) {}
  Claim& operator=(Claim&& other) noexcept;
  ~Claim() { give_back(); }

  [[nodiscard]] const std::vector<int>& signals() const { return signals_; }

 private:
  explicit Claim(std::vector<int> signals) : signals_(std::move(signals)) {}
  void give_back() noexcept;
  std::vector<int> signals_;
};

struct Source::Listener {
  virtual ~Listener() = default;
  [[nodiscard]] virtual NativeHandle handle() const = 0;
  /// Puts what is there into `room`, and says how many; 0 when there is nothing now. Never waits.
  virtual Result<std::size_t> read(std::span<Event> room) = 0;

  Claim claim;  // given back last, when dispositions and masks are as before
};

using Listening = Result<std::unique_ptr<Source::Listener>>;

/// Begins to listen, in a way that the system has; not_supported for another.
Listening listen_for(const std::vector<int>& signals, Way way);

/// Waits until `handle` is readable (set) or the deadline has passed; either may be untrue.
Result<void> wait_readable(NativeHandle handle, Deadline deadline);

}  // namespace proclab::signals
