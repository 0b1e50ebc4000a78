// tests/ch08 · children that live until they are woken, on every system.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "tests/support/run.h"

namespace proclab::reaping {

/// Lives until wake() or a signal, then ends with 0. A test waits for `process` itself.
struct Sleeper {
  Handle stdin_end;
  spawn::Process process;
  void wake() { stdin_end.close(); }
};

inline Sleeper sleeper() {
  pipes::Pipe pipe = *pipes::make_pipe();
  spawn::Options options{.file = test::program("probe"), .args = {"stdin-eof"}};
  options.slots = {spawn::Slot::from(0, pipe.read.get())};
  return {std::move(pipe.write), *spawn::start(options)};
}

/// Ends at once with `code`.
inline spawn::Process exits_with(int code) {
  spawn::Options options{.file = test::program("probe"), .args = {"exit", std::to_string(code)}};
  return *spawn::start(options);
}

}  // namespace proclab::reaping
