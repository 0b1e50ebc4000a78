// tests/ch05 · what the tests of this chapter start and compare.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "tests/support/run.h"

namespace proclab::pipes {

inline spawn::Options options(const std::string& program, std::vector<std::string> args = {}) {
  spawn::Options all;
  all.file = test::program(program);
  all.args = std::move(args);
  return all;
}

inline spawn::Options probe(std::vector<std::string> args) {
  return options("probe", std::move(args));
}

/// Bytes that differ from place to place: a lost, doubled or swapped block does not go unseen.
inline std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : text) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

/// What `probe flood SIZE` writes.
inline std::string flood(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += i % 64 == 63 ? '\n' : static_cast<char>('0' + i % 10);
  }
  return text;
}

/// A stdin that the test holds: a child that reads it runs until close().
struct HeldStdin {
  Pipe pipe = std::move(make_pipe()).value();
  [[nodiscard]] spawn::Slot slot() const { return spawn::Slot::from(0, pipe.read.get()); }
  void close() { pipe = Pipe{}; }
};

}  // namespace proclab::pipes
