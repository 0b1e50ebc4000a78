// Chapter 10 · benchmark: the ways to wait that are measured.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace proclab::loop::bench {

/// Some sources and a loop that waits for all of them. Each source is a pipe whose one descriptor both
/// reads and writes, so that 10,000 sources are 10,000 descriptors.
class Rig {
 public:
  virtual ~Rig() = default;
  /// `events` times: wait, and read one byte of the one source that has it; which then gives a byte to the
  /// next of eight.
  virtual void run(int events) = 0;
};

/// Two connected ends in one loop. A message goes to and fro.
class Pair {
 public:
  virtual ~Pair() = default;
  virtual void run(int rounds) = 0;
};

struct Way {
  const char* name;
  std::function<std::unique_ptr<Rig>(int sources)> rig;
  std::function<std::unique_ptr<Pair>(std::size_t size)> pair;  ///< may be none
};

/// The first is the base of all ratios.
const std::vector<Way>& ways();
const Way* find_way(std::string_view name);

/// Descriptors of so many pipes, O_NONBLOCK; the caller closes them.
std::vector<int> make_sources(int count);
/// A connected pair of stream sockets.
struct Ends {
  int first, second;
};
Ends make_ends();
/// The eight that take turns, spread over all.
std::vector<int> active_of(const std::vector<int>& all);
/// A byte for this one.
void kick(int source);
[[noreturn]] void failed(const char* what);

#ifdef PROCLAB_HAS_LIBUV
std::unique_ptr<Rig> libuv_rig(int sources);
std::unique_ptr<Pair> libuv_pair(std::size_t size);
#endif

}  // namespace proclab::loop::bench
