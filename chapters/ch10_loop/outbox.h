// Chapter 10 · loop: what a stream shall write, and whom to tell. For this chapter's files, on every system.
//
// Question: a thousand small messages in one turn: a thousand system calls? Not if they are put together
// before. Read before: stream.h. Then outbox.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/ch10_loop/stream.h"

namespace proclab::loop {

/// A queue of bytes, in blocks, each for one system call if the kernel has the room; and those who wait for
/// their bytes to be gone, each at a position in the whole stream.
class Outbox {
 public:
  /// Gives `bytes` back, for their memory, where they were copied.
  std::string add(std::string bytes, Riders riders, Stream::OnDone done);
  /// The bytes that go last, when more may be appended to them; else null. Who has done so says how many.
  [[nodiscard]] std::string* tail();
  void grew(std::size_t size) { added_ += size; }

  /// The bytes that are to go next, and the handles that go with them.
  [[nodiscard]] bool has_block() const { return !blocks_.empty(); }
  /// As much waits as one system call takes: gathering more saves nothing.
  [[nodiscard]] bool fills_a_call() const;
  [[nodiscard]] std::string_view next() const;
  [[nodiscard]] std::span<const NativeHandle> handles() const {
    return blocks_.front().riders.handles;
  }
  /// The kernel has taken so many of next(), and with them the handles. Gives the block back, for its memory,
  /// when that was its end.
  std::string took(std::size_t size);
  /// The system works on next() on its own, and it must stay where it is, as it is. took() ends that.
  void freeze() { frozen_ = true; }

  /// Those whose bytes are gone: to be told now.
  [[nodiscard]] std::vector<Stream::OnDone> ripe();
  /// Drops the bytes and gives all who still wait.
  [[nodiscard]] std::vector<Stream::OnDone> drop();

  /// The same, but the bytes stay where they are: they are frozen.
  [[nodiscard]] std::vector<Stream::OnDone> forget();

  [[nodiscard]] bool empty() const { return blocks_.empty() && waiting_.empty(); }
  [[nodiscard]] std::size_t pending() const { return static_cast<std::size_t>(added_ - taken_); }

 private:
  struct Block {
    std::string bytes;
    Riders riders;
  };
  struct Waiting {
    std::uint64_t position;
    Stream::OnDone done;
  };
  [[nodiscard]] bool may_grow() const;

  std::deque<Block> blocks_;
  std::deque<Waiting> waiting_;
  std::size_t gone_ = 0;  // of the first block
  std::uint64_t added_ = 0, taken_ = 0;
  bool frozen_ = false;
};

}  // namespace proclab::loop
