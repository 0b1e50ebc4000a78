// Chapter 4 · benchmark: the ways to start a program that are measured against each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proclab::spawn::bench {

/// What each way has to do: start `program` with these descriptors as 0, 1 and 2 and wait until it has
/// exited with 0.
struct Job {
  std::string program;
  int descriptors[3];
};

struct Way {
  const char* name;
  void (*once)(const Job&);  ///< ends this process with a message when something goes wrong
};

/// All that this program was built with: the raw calls, ours, and the libraries that CMake found.
const std::vector<Way>& ways();
/// The one of that name, or null.
const Way* find_way(std::string_view name);

/// Ends the process: a figure of something that failed would be a lie.
[[noreturn]] void failed(const char* what, const std::string& why);

#ifdef PROCLAB_HAS_LIBUV
void once_libuv(const Job& job);
#endif
#ifdef PROCLAB_HAS_BOOST
void once_boost(const Job& job);
#endif

}  // namespace proclab::spawn::bench
