// Chapter 1 · ending: Node's exit codes.
#include "chapters/ch01_process/ending.h"

#include <array>

namespace proclab::process {

std::span<const NodeCode> node_exit_codes() noexcept {
  static constexpr std::array<NodeCode, 12> kCodes = {{
      {0, "nothing left to do, or process.exit()"},
      {1, "uncaught exception or unhandled rejection"},
      {3, "Node's own JavaScript could not be parsed"},
      {4, "Node's own JavaScript failed to evaluate"},
      {5, "fatal error in V8"},
      {6, "the internal handler for uncaught exceptions is no function"},
      {7, "the handler for uncaught exceptions threw itself"},
      {9, "unknown option, or one without its value"},
      {10, "Node's own JavaScript threw while starting"},
      {12, "--inspect with an unusable port"},
      {13, "an await at top level never settled"},
      {14, "building a startup snapshot failed"},
  }};
  return kCodes;
}

}  // namespace proclab::process
