// Chapter 14 · warden: the reader threads. Read reader_win32.h first. Meets: WriteFile, SetEvent.
#include "chapters/ch14_warden/reader_win32.h"

#include <windows.h>

#include <algorithm>
#include <array>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch14_warden/output_limit.h"

namespace proclab::warden {

Budget::Budget(const Options& options, NativeHandle full)
    : left_(output_limit(options)), full_(full) {}

//> take
std::uint64_t Budget::take(std::uint64_t wanted) {
  std::uint64_t left = left_;
  while (!left_.compare_exchange_weak(left, left - std::min(left, wanted))) {
  }
  if (wanted > left) {
    cut_ = true;
    ::SetEvent(full_);
  }
  return std::min(left, wanted);
}
//< take

Reader::Reader(Budget& budget, Handle from, NativeHandle to, std::string& kept)
    : budget_(budget), from_(std::move(from)), to_(to), kept_(kept), thread_([this] { read(); }) {}

std::uint64_t Reader::finish() {
  if (thread_.joinable()) thread_.join();
  return taken_;
}

//> read
void Reader::read() {
  std::array<char, 64 * 1024> block;
  for (;;) {
    const Result<std::size_t> got = pipes::read_some(from_.get(), block.data(), block.size());
    if (!got || *got == 0) return;
    // What is over the limit is read all the same, and thrown away: its writer is about to be ended.
    const auto taken = static_cast<std::size_t>(budget_.take(*got));
    taken_ += taken;
    DWORD put = 0;
    if (to_ == kNoHandle) {
      kept_.append(block.data(), taken);
    } else if (!::WriteFile(to_, block.data(), static_cast<DWORD>(taken), &put, nullptr)) {
      from_.close();  // nobody reads us any more; the program learns it as it would without us
      return;
    }
  }
}
//< read

}  // namespace proclab::warden
