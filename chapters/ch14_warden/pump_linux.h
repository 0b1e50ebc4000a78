// Chapter 14 · warden: what the program says, counted and passed on, while the clock runs.
//
// Question: a reader that is slow, a writer that never stops, a grandchild that holds the pipe: none of
// them may keep the warden from its clock. Read before: chapter 5's communicate_posix.cpp. Meets: poll.
#pragma once

#include <optional>
#include <string>

#include "chapters/ch02_stdio/write_signals_posix.h"
#include "chapters/ch14_warden/cgroup_linux.h"
#include "chapters/ch14_warden/warden.h"
#include "platform/handle.h"

namespace proclab::warden {

class Pump {
 public:
  /// Our ends of the program's two pipes; they do not block.
  Pump(const Options& options, Report& report, Handle output, Handle errors);

  /// Moves bytes until `ended` is readable (nullopt: the command has ended by itself), or says why it must be
  /// ended. `cgroup`: counts the tree's CPU time; may be null. Errors: those of poll(2) and read(2).
  Result<std::optional<Ended>> run(NativeHandle ended, Deadline deadline, const Cgroup* cgroup);
  /// Takes what lies in the pipes now, and waits for nobody.
  Result<void> take_rest();
  /// Passes on what has been taken; waits for the reader, unless Options::stop comes.
  void flush();

 private:
  struct Stream {
    Handle from;
    NativeHandle to;      // kNoHandle: kept
    std::string waiting;  // taken, and not yet passed on
    std::string* kept;
    std::uint64_t* count;
  };
  Result<bool> take(Stream& stream, std::size_t room);
  void give(Stream& stream);
  Result<std::optional<Ended>> turn(NativeHandle ended, int timeout);

  const Options& options_;
  Report& report_;
  std::uint64_t left_;  // of the limit
  Stream streams_[2];
  stdio::WriteSignalGuard alive_{true};  // who reads us may leave: that is no reason to die
};

}  // namespace proclab::warden
