// Chapter 1 · memory: asking for 64 MiB costs address space; touching it costs memory.
//
// Look for: the resident set does not move when memory is asked for, only when it is written. When
// it is given back the resident set falls, and the peak stays.
//
// Run: ch01_memory
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "chapters/ch01_process/usage.h"

using namespace proclab;

static constexpr std::int64_t kMiB = 1 << 20;
static constexpr std::int64_t kSize = 64 * kMiB;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static constexpr bool kSanitized = true;
#else
static constexpr bool kSanitized = false;
#endif

/// Rounded to what matters here: about 64 MiB more, or about nothing.
static const char* change(std::uint64_t before, std::uint64_t now) {
  const std::int64_t grown = static_cast<std::int64_t>(now) - static_cast<std::int64_t>(before);
  if (grown > kSize - 4 * kMiB && grown < kSize + 8 * kMiB) return "+ 64 MiB";
  return std::abs(grown) < 4 * kMiB ? "+ 0" : "something else";
}

static void row(const char* when, const process::Memory& before) {
  const auto now = process::memory();
  if (!now) return;
  std::printf("%-20s resident %-10s peak %s\n", when, change(before.resident, now->resident),
              change(before.peak_resident, now->peak_resident));
}

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts(
        "ch01_memory: asking for 64 MiB costs address space; touching it costs memory.\n"
        "usage: ch01_memory");
    return std::strcmp(argv[1], "--help") == 0 ? 0 : 2;
  }
  if (kSanitized)
    return std::puts("a sanitizer keeps shadows of all memory: no figure is ours"), 77;
  const auto before = process::memory();
  if (!before) return std::puts(before.error().message().c_str()), 1;
  auto* const block = static_cast<volatile char*>(std::malloc(kSize));
  if (block == nullptr) return 1;
  row("asked for 64 MiB", *before);
  for (std::int64_t at = 0; at < kSize; at += 4096) block[at] = 1;  // one byte a page is enough
  row("touched each page", *before);
  std::free(const_cast<char*>(block));
  row("gave it back", *before);
}
