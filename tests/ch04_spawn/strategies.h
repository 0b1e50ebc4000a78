// tests/ch04 · the three strategies, so that one test runs through all of them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"

namespace proclab::spawn {

/// What this system can do; the automatic one first.
inline std::vector<Strategy> strategies() {
  if (kWindows) return {Strategy::automatic};
  return {Strategy::automatic, Strategy::vfork, Strategy::fork, Strategy::posix_spawn};
}

inline std::string strategy_name(Strategy strategy) {
  switch (strategy) {
    case Strategy::automatic: return "automatic";
    case Strategy::vfork: return "vfork";
    case Strategy::fork: return "fork";
    case Strategy::posix_spawn: return "posix_spawn";
  }
  return "unknown";
}

/// A suite of its own for each strategy: class Start : public EachStrategy {}.
class EachStrategy : public testing::TestWithParam<Strategy> {
 protected:
  static Options options(const std::string& file, std::vector<std::string> args = {}) {
    Options all;
    all.file = file;
    all.args = std::move(args);
    all.strategy = GetParam();
    return all;
  }
};

inline std::string name_of_strategy(const testing::TestParamInfo<Strategy>& info) {
  return strategy_name(info.param);
}

}  // namespace proclab::spawn
