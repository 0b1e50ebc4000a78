// tests/ch11 · the formats against the real thing: what Node's own channel writes we read, and the other way round.
// relay.js, beside this file, opens that channel's other end.
#include <gtest/gtest.h>

#include <sstream>

#include "chapters/ch11_channel/message.h"
#include "tests/ch11_channel/child.h"
#include "tests/ch11_channel/codec.h"
#include "tests/support/run.h"

namespace proclab::channel {
namespace {

/// relay.js in that role.
test::Ran relay(const std::string& node, const char* role, Serialization serialization,
                std::string input, unsigned seed) {
  test::RunOptions options;
  options.input = std::move(input);
  options.env = {{"SEED", std::to_string(seed)}, {"COUNT", "1000"}};
  options.deadline = Milliseconds(60'000);
  return test::run(
      {"/usr/bin/env", node, std::string(PROCLAB_SOURCE) + "/tests/ch11_channel/relay.js", role,
       serialization == Serialization::json ? "json" : "advanced"},
      options);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

class WithNode : public testing::TestWithParam<Serialization> {};

TEST_P(WithNode, WhatNodeWritesIsRead) {
  NEED_NODE();
  const unsigned seed = std::random_device()();
  const test::Ran ran = relay(node, "send", GetParam(), "", seed);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::vector<std::string> want = lines(ran.err), frames = split(GetParam(), {ran.out});
  ASSERT_EQ(want.size(), 1'000u);
  ASSERT_EQ(frames.size(), want.size() + 1);
  EXPECT_EQ(frames.back(), "end");
  Value value;  // one for all of them, as in a channel
  for (std::size_t i = 0; i < want.size(); ++i) {
    const Result<void> read = parse_message(GetParam(), frames[i], value);
    ASSERT_TRUE(read) << "seed " << seed << ": " << read.error().message() << "\n" << want[i];
    // Byte for byte: so numbers, escapes and the order of members are as JSON.stringify has them.
    ASSERT_EQ(json(value), want[i]) << "seed " << seed;
  }
}

TEST_P(WithNode, WhatIsWrittenNodeReads) {
  NEED_NODE();
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  std::string stream;
  std::vector<std::string> want;
  for (int i = 0; i < 1'000; ++i) {
    const Value value = random_value(random, GetParam() == Serialization::advanced);
    want.push_back(json(value));
    ASSERT_TRUE(write_message(GetParam(), value, stream));
  }
  const test::Ran ran = relay(node, "receive", GetParam(), stream, seed);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::vector<std::string> got = lines(ran.out);
  ASSERT_EQ(got.size(), want.size()) << "seed " << seed << "\n" << ran.err;
  for (std::size_t i = 0; i < want.size(); ++i) ASSERT_EQ(got[i], want[i]) << "seed " << seed;
}

INSTANTIATE_TEST_SUITE_P(Codec, WithNode,
                         testing::Values(Serialization::json, Serialization::advanced),
                         [](const auto& tested) {
                           return std::string(tested.param == Serialization::json ? "Json"
                                                                                  : "Advanced");
                         });

}  // namespace
}  // namespace proclab::channel
