// Chapter 3 · pages on Linux.
#include "chapters/ch03_fork/pages_linux.h"

#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace proclab::fork {
namespace {

// "Shared_Dirty:        64 kB" -> 64, when the line is that field.
bool kib_of(std::string_view line, std::string_view field, std::size_t& kib) {
  if (!line.starts_with(field)) return false;
  line.remove_prefix(line.find_first_of("0123456789"));
  std::from_chars(line.data(), line.data() + line.size(), kib);
  return true;
}

}  // namespace

std::size_t page_size() noexcept { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

Result<Block> Block::map(std::size_t bytes) {
  bytes = (bytes + page_size() - 1) / page_size() * page_size();
  void* const start =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return last_error("mmap");
  Block block(static_cast<char*>(start), bytes);
  // A huge page is copied in another way and counted as one fault: the numbers would depend on
  // /sys/kernel/mm/transparent_hugepage/enabled. EINVAL only says that there are no such pages.
  ::madvise(start, bytes, MADV_NOHUGEPAGE);
  block.rewrite('a');  // until it is written a page does not exist, and costs fork() nothing
  return block;
}

Block::~Block() {
  if (start_ != nullptr) ::munmap(start_, bytes_);
}

std::size_t Block::pages() const noexcept { return bytes_ / page_size(); }

// Not instrumented: a sanitizer's shadow memory is copied on write too, and would be counted.
__attribute__((no_sanitize("address", "thread", "undefined"))) void Block::rewrite(
    char byte, std::size_t pages) noexcept {
  const std::size_t step = page_size();
  volatile char* const bytes = start_;
  for (std::size_t page = 0; page < pages; ++page) bytes[page * step] = byte;
}

__attribute__((no_sanitize("address", "thread", "undefined"))) unsigned long Block::read_all()
    const noexcept {
  const std::size_t step = page_size();
  const volatile char* const bytes = start_;
  unsigned long sum = 0;
  for (std::size_t at = 0; at < bytes_; at += step) sum += static_cast<unsigned char>(bytes[at]);
  return sum;
}

Result<PageCount> Block::count() const {
  // One stanza a mapping, headed "7f12…-7f13… rw-p …". smaps_rollup is the sum of all of them.
  std::ifstream smaps("/proc/self/smaps");
  if (!smaps) return last_error("open", "/proc/self/smaps");
  char head[32];
  const auto hex =
      std::to_chars(head, head + sizeof head - 1, reinterpret_cast<std::uintptr_t>(start_), 16);
  *hex.ptr = '-';
  const std::string_view wanted(head, static_cast<std::size_t>(hex.ptr + 1 - head));

  std::string line;
  while (std::getline(smaps, line) && !line.starts_with(wanted)) continue;
  std::size_t mine = 0;
  std::size_t shared = 0;
  while (std::getline(smaps, line)) {
    if (kib_of(line, "Shared_Dirty:", shared)) continue;
    if (!kib_of(line, "Private_Dirty:", mine)) continue;
    return PageCount{mine * 1024 / page_size(), shared * 1024 / page_size()};
  }
  return make_error("smaps", std::errc::no_such_file_or_directory, "no mapping starts at this one");
}

long minor_faults() noexcept {
  struct rusage used {};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_minflt;
}

}  // namespace proclab::fork
