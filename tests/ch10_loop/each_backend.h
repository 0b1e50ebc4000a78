// tests/ch10 · every test of the contract runs through every backend that this system has.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch10_loop/loop.h"
#include "chapters/ch10_loop/stream.h"
#include "tests/support/deadline.h"

namespace proclab::loop {

/// All that comes out of a stream up to its end.
struct Collector {
  explicit Collector(Stream& from) : stream(from) { ask(); }
  void ask() {
    stream.read([this](const Result<Bytes>& got) {
      if (!got) {
        error = got.error();
      } else if (got->end()) {
        ended = true;
      } else {
        text += got->data;
        ask();
      }
    });
  }
  Stream& stream;
  std::string text;
  bool ended = false;
  std::optional<Error> error;
};

class EachBackend : public testing::TestWithParam<Backend> {
 protected:
  /// Two connected streams of `loop`.
  struct Two {
    Stream a, b;
  };
  Two two(StreamOptions options = {}) {
    sockets::Pair ends = std::move(sockets::pair()).value();
    return {Stream::open(loop, std::move(ends.first), options).value(),
            Stream::open(loop, std::move(ends.second), options).value()};
  }
  /// A pipe, read and written by streams of `loop`.
  Two pipe() {
    pipes::Pipe ends = std::move(pipes::make_pipe(pipes::Async::both)).value();
    return {Stream::open(loop, std::move(ends.read)).value(),
            Stream::open(loop, std::move(ends.write)).value()};
  }
  /// Runs until nothing is left, with a name for what hangs.
  void run(const std::string& for_whom) {
    const test::Waiting waiting(for_whom);
    const Result<bool> ran = loop.run();
    ASSERT_TRUE(ran) << ran.error().message();
  }

  Loop loop = std::move(Loop::open(GetParam())).value();
};

inline std::string backend_name(const testing::TestParamInfo<Backend>& info) {
  return name_of(info.param);
}

}  // namespace proclab::loop
