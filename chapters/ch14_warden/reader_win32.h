// Chapter 14 · warden: a thread for each of the program's two streams. Windows only.
//
// An anonymous pipe cannot be waited for together with other things; a thread can wait for it alone. Its end
// comes for sure: all who could write are in the job, and the job is ended before the thread is waited for.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "chapters/ch14_warden/warden.h"
#include "platform/handle.h"

namespace proclab::warden {

/// How much both streams may still say. Threads: any.
class Budget {
 public:
  /// `full`, an event, is set when somebody says more.
  Budget(const Options& options, NativeHandle full);
  /// How many of `wanted` bytes may be taken.
  std::uint64_t take(std::uint64_t wanted);
  [[nodiscard]] bool cut() const { return cut_; }

 private:
  std::atomic<std::uint64_t> left_;
  std::atomic<bool> cut_{false};
  NativeHandle full_;
};

class Reader {
 public:
  /// Passes on to `to`, or keeps in `kept`.
  Reader(Budget& budget, Handle from, NativeHandle to, std::string& kept);
  ~Reader() { finish(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  /// Waits for the end of the stream. How many bytes were taken.
  std::uint64_t finish();

 private:
  void read();

  Budget& budget_;
  Handle from_;
  NativeHandle to_;
  std::string& kept_;
  std::uint64_t taken_ = 0;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace proclab::warden
