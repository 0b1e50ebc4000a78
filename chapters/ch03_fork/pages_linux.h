// Chapter 3 · pages: memory that can be watched while fork() shares it and writes tear it apart.
//
// The question: fork() of a big process is said to copy nothing; where are the numbers? Read the
// note before. Raw calls: mmap, madvise, getrusage, /proc/self/smaps. Linux only.
#pragma once

#include <cstddef>
#include <utility>

#include "platform/result.h"

namespace proclab::fork {

/// Memory as the kernel counts it, in pages of page_size() bytes.
struct PageCount {
  std::size_t mine = 0;    ///< mapped by this process alone (Private_Dirty)
  std::size_t shared = 0;  ///< mapped by others too (Shared_Dirty)
  friend bool operator==(const PageCount&, const PageCount&) = default;
};

/// A private anonymous mapping of small pages, each written once. Unmapped with the object.
class [[nodiscard]] Block {
 public:
  /// `bytes` is rounded up to whole pages. Errors: ENOMEM.
  static Result<Block> map(std::size_t bytes);
  Block(Block&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), bytes_(other.bytes_) {}
  Block& operator=(Block&&) = delete;
  ~Block();

  [[nodiscard]] std::size_t pages() const noexcept;
  /// Writes one byte of each of the first `pages` pages: after a fork, the first write copies it.
  void rewrite(char byte, std::size_t pages) noexcept;
  void rewrite(char byte) noexcept { rewrite(byte, pages()); }
  /// Reads one byte of every page and returns their sum.
  [[nodiscard]] unsigned long read_all() const noexcept;
  /// What /proc/self/smaps says of exactly this mapping. Allocates memory.
  [[nodiscard]] Result<PageCount> count() const;

 private:
  Block(char* start, std::size_t bytes) : start_(start), bytes_(bytes) {}
  char* start_;
  std::size_t bytes_;
};

/// Page faults of this process that needed no disk (ru_minflt, getrusage(2)), since its start.
[[nodiscard]] long minor_faults() noexcept;

/// Bytes of a page: 4,096 on x86-64.
[[nodiscard]] std::size_t page_size() noexcept;

}  // namespace proclab::fork
