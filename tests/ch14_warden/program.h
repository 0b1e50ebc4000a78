// tests/ch14 · the program ch14_warden, as a script would call it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chapters/ch11_channel/json.h"
#include "tests/support/run.h"

namespace proclab::warden {

/// ch14_warden with these words.
inline std::vector<std::string> warden(std::vector<std::string> words) {
  words.insert(words.begin(), test::program("ch14_warden"));
  return words;
}

/// A report as it was read; null, and the test fails, when it is no JSON.
inline channel::Value json_of(const std::string& text) {
  const Result<channel::Value> json = channel::parse_json(text);
  EXPECT_TRUE(json) << text;
  return json ? *json : channel::Value();
}

}  // namespace proclab::warden
