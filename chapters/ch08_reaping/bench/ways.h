// Chapter 8 · benchmark: the ways to notice that one of many children has ended.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace proclab::reaping::bench {

/// What each way has to do. Children have places 0, 1, 2 …; a place is empty between end and restart.
class Family {
 public:
  virtual ~Family() = default;
  /// Starts a child at an empty place, so that its end will be noticed.
  virtual void start(std::size_t place) = 0;
  virtual void kill(std::size_t place) = 0;
  /// Blocks until `count` children more have been noticed and reaped.
  virtual void reap(std::size_t count) = 0;
};

struct Way {
  const char* name;
  std::unique_ptr<Family> (*make)(std::size_t places);
};

/// All that this program was built with.
const std::vector<Way>& ways();
/// The program that every way starts, and what it gets as its stdin.
std::string sleeper_program();
int sleepers_stdin();

/// Ends the process: a figure of something that failed would be a lie.
[[noreturn]] void failed(const char* what, const std::string& why);

#ifdef PROCLAB_HAS_LIBUV
std::unique_ptr<Family> make_libuv(std::size_t places);
#endif

}  // namespace proclab::reaping::bench
