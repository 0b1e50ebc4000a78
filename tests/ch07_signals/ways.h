// tests/ch07 · every way to listen, for tests that all must pass.
#pragma once

#include <gtest/gtest.h>

#include "chapters/ch07_signals/source.h"

namespace proclab::signals {

/// Those that this system has.
inline std::vector<Way> ways() {
  std::vector<Way> found;
  for (const Way way : {Way::self_pipe, Way::signalfd, Way::sigwait_thread}) {
    const Result<Source> one = Source::open({kInterrupt}, way);
    if (one) found.push_back(way);
  }
  return found;
}

inline const char* to_string(Way way) {
  switch (way) {
    case Way::automatic: return "automatic";
    case Way::self_pipe: return "self_pipe";
    case Way::signalfd: return "signalfd";
    case Way::sigwait_thread: return "sigwait_thread";
  }
  return "?";
}

class EachWay : public testing::TestWithParam<Way> {};

inline std::string name_of_way(const testing::TestParamInfo<Way>& info) {
  return to_string(info.param);
}

}  // namespace proclab::signals
