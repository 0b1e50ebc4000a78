// Chapter 2 · stdio: the ways to write a line that the benchmark compares.
#pragma once

#include <string>
#include <vector>

namespace proclab::stdio::bench {

inline constexpr int kLines = 5'000;

struct Way {
  const char* name;
  /// Writes `lines` lines to a fresh file; nanoseconds for all of them, from the first to the flush,
  /// without opening the file and starting a process. 0: not to be had here.
  double (*run)(int lines);
};

/// The first two are what the others are held against: one write(2) a line, and the least that
/// a line can cost, a buffer of 64 KiB.
[[nodiscard]] const std::vector<Way>& ways();

/// std::cout belongs to descriptor 1 of a process, so its rows are measured in a child with stdout on
/// the file: this is that child's main. argv: --as-cout endl|newline LINES.
int cout_main(int argc, char** argv);

}  // namespace proclab::stdio::bench
