// tests/ch11 · two channels in one loop, and what each has heard. Through every backend and both serializations.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/loop.h"
#include "chapters/ch11_channel/channel.h"
#include "tests/support/deadline.h"

namespace proclab::channel {

/// All that a channel tells. Let it stand still: the channel's callbacks point to it.
struct Heard {
  Heard() = default;
  Heard(const Heard&) = delete;
  Events events() {
    return {
        .message =
            [this](Message one) {
              if (one.handle) handles.push_back(std::move(*one.handle));
              messages.push_back(one.value);
              if (on_message) on_message(one.value);
            },
        .internal =
            [this](Message one) {
              if (one.handle) handles.push_back(std::move(*one.handle));
              internal.push_back(std::move(one.value));
            },
        .drain =
            [this] {
              ++drains;
              if (on_drain) on_drain();
            },
        .disconnect =
            [this](const std::optional<Error>& error) {
              ++disconnects;
              why = error;
              if (on_disconnect) on_disconnect();
            },
        .warning = [this](const Error& what) { warnings.push_back(what); },
    };
  }
  std::vector<Value> messages, internal;
  std::vector<Incoming> handles;
  std::vector<Error> warnings;
  int drains = 0, disconnects = 0;
  std::optional<Error> why;
  std::function<void(const Value&)> on_message;
  std::function<void()> on_drain, on_disconnect;
};

class BothEnds : public testing::TestWithParam<std::tuple<loop::Backend, Serialization>> {
 protected:
  void SetUp() override { open(); }
  /// Before the members that the callbacks reach.
  void TearDown() override {
    a.reset();
    b.reset();
  }
  void open(Options options = {}) {
    options.serialization = std::get<Serialization>(GetParam());
    sockets::Pair ends = std::move(sockets::pair()).value();
    a = Channel::open(loop, std::move(ends.first), options, process::pid()).value();
    b = Channel::open(loop, std::move(ends.second), options, process::pid()).value();
  }
  void start() {
    a->start(at_a.events());
    b->start(at_b.events());
  }
  /// Runs until nothing is left, with a name for what hangs.
  void run(const std::string& for_whom) {
    const test::Waiting waiting(for_whom);
    const Result<bool> ran = loop.run();
    ASSERT_TRUE(ran) << ran.error().message();
  }
  /// Turns until it is so.
  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom);
    while (!so())
      ASSERT_TRUE(*loop.turn() || so()) << "nothing is left that could bring " << for_whom;
  }

  Heard at_a, at_b;
  loop::Loop loop = std::move(loop::Loop::open(std::get<loop::Backend>(GetParam()))).value();
  std::optional<Channel> a, b;
};

inline std::string way_name(const testing::TestParamInfo<BothEnds::ParamType>& info) {
  const bool json = std::get<Serialization>(info.param) == Serialization::json;
  return std::string(loop::name_of(std::get<loop::Backend>(info.param))) +
         (json ? "_json" : "_advanced");
}

inline auto all_ways() {
  return testing::Combine(testing::ValuesIn(loop::backends()),
                          testing::Values(Serialization::json, Serialization::advanced));
}

}  // namespace proclab::channel
