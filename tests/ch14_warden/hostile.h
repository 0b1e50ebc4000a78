// tests/ch14 · what these tests start: the misbehaving program, with a safety net of its own.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chapters/ch14_warden/warden.h"
#include "tests/support/run.h"
#include "tests/support/wine.h"

namespace proclab::warden {

/// ch14_hostile with these words, and limits that nothing in these tests may need: should the layer
/// that is tested fail, the machine does not suffer.
inline Options hostile(std::vector<std::string> words) {
  Options options;
  options.command.file = test::program("ch14_hostile");
  options.command.args = std::move(words);
  options.limits.wall = Milliseconds(15'000);
  if (test::under_wine()) return options;  // it would not keep the others
  options.limits.processes = 300;
  options.limits.memory = std::uint64_t{2} << 30;
  return options;
}

/// The same with the probe.
inline Options probe(std::vector<std::string> words) {
  Options options = hostile(std::move(words));
  options.command.file = test::program("probe");
  return options;
}

/// The layer of that name, or nullptr.
inline const Layer* layer(const Report& report, const std::string& name) {
  for (const Layer& one : report.layers) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

/// Whether it stood. A layer that this machine does not permit says why.
inline bool held(const Report& report, const std::string& name) {
  const Layer* found = layer(report, name);
  return found != nullptr && found->held;
}

inline std::string why_not(const Report& report, const std::string& name) {
  const Layer* found = layer(report, name);
  return found == nullptr ? name + " was not wanted" : name + ": " + found->detail;
}

}  // namespace proclab::warden
