// tests/ch13 · the words of Node's cluster, against what a real Node.js 20 said, and against what nobody should say.
#include "chapters/ch13_cluster/protocol.h"

#include <gtest/gtest.h>

#include "chapters/ch11_channel/json.h"

namespace proclab::cluster {
namespace {

Value json(const std::string& line) {
  Result<Value> value = channel::parse_json(line);
  EXPECT_TRUE(value) << line;
  return value ? *value : Value{};
}

std::string line(const Value& value) {
  std::string out;
  EXPECT_TRUE(channel::write_json(value, out));
  return out;
}

/// As it went over the wire between a Node.js primary and its workers.
constexpr const char* kRecorded[] = {
    R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})",
    R"({"cmd":"NODE_CLUSTER","act":"queryServer","index":0,"data":null,"address":null,"port":8123,"addressType":4,"backlog":0,"seq":1})",
    R"({"cmd":"NODE_CLUSTER","errno":null,"key":"null:8123:4:undefined:0","ack":1,"data":null,"sockname":{"address":"::","family":"IPv6","port":8123},"seq":0})",
    R"({"cmd":"NODE_CLUSTER","act":"listening","index":0,"data":null,"address":null,"port":8123,"addressType":4,"backlog":0,"seq":2})",
    R"({"cmd":"NODE_CLUSTER","act":"newconn","key":"null:8123:4:undefined:0","seq":2})",
    R"({"cmd":"NODE_CLUSTER","ack":2,"accepted":true,"seq":3})",
    R"({"cmd":"NODE_CLUSTER","ack":2,"accepted":false,"seq":3})",
    R"({"cmd":"NODE_CLUSTER","act":"close","key":"null:8123:4:undefined:0","seq":5})",
    R"({"cmd":"NODE_CLUSTER","act":"disconnect","seq":8})",
    R"({"cmd":"NODE_CLUSTER","act":"exitedAfterDisconnect","seq":8})",
    R"({"cmd":"NODE_CLUSTER","ack":8,"seq":9})",
    R"({"cmd":"NODE_CLUSTER","errno":0,"key":"null:8400:4:undefined:0","ack":1,"data":null,"seq":0})",
    R"({"cmd":"NODE_CLUSTER","errno":-98,"key":"null:80:4:undefined:0","ack":1,"data":null,"seq":4})",
    R"({"cmd":"NODE_CLUSTER","act":"queryServer","index":1,"data":null,"address":"127.0.0.1","port":0,"addressType":4,"flags":0,"backlog":511,"seq":1})",
    R"({"cmd":"NODE_CLUSTER","act":"queryServer","index":0,"data":null,"address":"/tmp/s","port":-1,"addressType":-1,"backlog":0,"seq":1})",
    R"({"cmd":"NODE_CLUSTER","act":"queryServer","index":0,"data":null,"address":"0.0.0.0","port":53,"addressType":"udp4","fd":-1,"flags":4,"seq":1})",
    R"({"cmd":"NODE_CLUSTER","act":"queryServer","index":0,"data":{"ticketKeys":"00ff"},"address":"::1","port":443,"addressType":6,"flags":1,"backlog":0,"seq":1})",
};

TEST(Protocol, ReadsAndWritesWhatNodeSaidByteForByte) {
  for (const char* const recorded : kRecorded) {
    const Result<Packet> packet = from_value(json(recorded));
    ASSERT_TRUE(packet) << recorded << ": " << packet.error().message();
    EXPECT_EQ(line(to_value(*packet)), recorded);
  }
}

TEST(Protocol, EachWordIsWhatItSays) {
  const auto content = [](const std::string& text) { return from_value(json(text))->content; };
  EXPECT_EQ(content(kRecorded[0]), Content(Online{}));
  EXPECT_EQ(content(kRecorded[1]), Content(QueryServer{Place{.port = 8123, .backlog = 0}}));
  EXPECT_EQ(content(kRecorded[2]),
            Content(ServerAnswer{0, "null:8123:4:undefined:0", {}, {{"::", 8123}}}));
  EXPECT_EQ(content(kRecorded[4]), Content(NewConnection{"null:8123:4:undefined:0"}));
  EXPECT_EQ(content(kRecorded[5]), Content(Accepted{true}));
  EXPECT_EQ(content(kRecorded[9]), Content(LeavingByChoice{}));
  EXPECT_EQ(content(kRecorded[10]), Content(Done{}));
  EXPECT_EQ(content(kRecorded[12]), Content(ServerAnswer{-98, "null:80:4:undefined:0", {}, {}}));
  EXPECT_EQ(from_value(json(kRecorded[5]))->ack, 2U);
  EXPECT_EQ(from_value(json(kRecorded[5]))->seq, 3U);
}

TEST(Protocol, TheKeyIsNodes) {
  EXPECT_EQ(key_of({.port = 8123}), "null:8123:4:undefined:0");
  EXPECT_EQ(key_of({.address = "::1", .family = Place::Family::ipv6, .index = 2}),
            "::1:0:6:undefined:2");
  EXPECT_EQ(key_of({.address = "/tmp/s", .port = -1, .family = Place::Family::local}),
            "/tmp/s:-1:-1:undefined:0");
  EXPECT_EQ(key_of({.port = 53, .family = Place::Family::udp6, .fd = -1}), "null:53:udp6:-1:0");
}

TEST(Protocol, WhatIsWrongIsNamed) {
  const auto why = [](const std::string& members) {
    const Result<Packet> packet = from_value(json(R"({"cmd":"NODE_CLUSTER",)" + members + "}"));
    if (packet) return std::string("taken");
    EXPECT_EQ(packet.error().code, std::errc::bad_message);
    return packet.error().detail;
  };
  EXPECT_EQ(why(R"("seq":1)"), "neither an act nor an answer");
  EXPECT_EQ(why(R"("act":"dance","seq":1)"), "nobody knows the act dance");
  EXPECT_EQ(why(R"("act":7,"seq":1)"), "act is no text");
  EXPECT_EQ(why(R"("act":"online","seq":-1)"), "seq is out of range");
  EXPECT_EQ(why(R"("act":"online","seq":0.5)"), "seq is out of range");
  EXPECT_EQ(why(R"("act":"online","seq":"1")"), "seq is no number");
  EXPECT_EQ(why(R"("act":"online","seq":1e300)"), "seq is out of range");
  EXPECT_EQ(why(R"("ack":[],"accepted":true)"), "ack is no number");
  EXPECT_EQ(why(R"("ack":1,"accepted":"yes")"), "accepted is neither true nor false");
  EXPECT_EQ(why(R"("act":"close","seq":1)"), "no key");
  EXPECT_EQ(why(R"("act":"close","key":{},"seq":1)"), "key is no text");
  EXPECT_EQ(why(R"("act":"queryServer","port":70000)"), "port is out of range");
  EXPECT_EQ(why(R"("act":"queryServer","port":-1,"addressType":4)"), "port is out of range");
  EXPECT_EQ(why(R"("act":"queryServer","port":1.5)"), "port is out of range");
  EXPECT_EQ(why(R"("act":"queryServer","addressType":5)"), "addressType is none that we know");
  EXPECT_EQ(why(R"("act":"queryServer","addressType":"tcp")"), "addressType is tcp");
  EXPECT_EQ(why(R"("act":"queryServer","addressType":-1)"), "a local server without a path");
  EXPECT_EQ(why(R"("act":"queryServer","address":"a\u0000b")"), "address has a NUL in it");
  EXPECT_EQ(why(R"("act":"queryServer","address":")" + std::string(5000, 'x') + '"'),
            "address is too long");
  EXPECT_EQ(why(R"("act":"queryServer","index":-1)"), "index is out of range");
}

TEST(Protocol, NodeSaysFalseForNoBacklog) {
  const auto packet = from_value(json(
      R"({"cmd":"NODE_CLUSTER","act":"queryServer","index":1,"port":0,"addressType":4,"backlog":false,"seq":3})"));
  ASSERT_TRUE(packet) << packet.error().message();
  EXPECT_EQ(std::get<QueryServer>(packet->content).place.backlog, 0);
}

TEST(Protocol, AWrongQuestionCanBeAnsweredStill) {
  const auto question = [](const std::string& members) {
    return question_of(json(R"({"cmd":"NODE_CLUSTER",)" + members + "}"));
  };
  EXPECT_EQ(question(R"("act":"queryServer","port":1e9,"seq":3)"), 3U);
  EXPECT_EQ(question(R"("act":"queryServer","port":1e9)"), std::nullopt);
  EXPECT_EQ(question(R"("act":"queryServer","seq":-1)"), std::nullopt);
  EXPECT_EQ(question(R"("act":"dance","seq":3)"), std::nullopt);
}

TEST(Protocol, OtherValuesAreNoClusterMessages) {
  for (const char* const other :
       {"null", "7", "[]", R"("NODE_CLUSTER")", R"({"cmd":1})", R"({"cmd":"NODE_OTHER"})"}) {
    EXPECT_FALSE(is_cluster_message(json(other))) << other;
    EXPECT_FALSE(from_value(json(other))) << other;
  }
}

TEST(Protocol, ErrorsHaveLibuvsNumbers) {
  const auto back = [](std::errc one) {
    return from_uv_number(uv_number(std::make_error_code(one)));
  };
  for (const std::errc one :
       {std::errc::address_in_use, std::errc::permission_denied, std::errc::invalid_argument,
        std::errc::address_not_available, std::errc::not_supported}) {
    EXPECT_EQ(back(one), one);
    EXPECT_LT(uv_number(std::make_error_code(one)), 0);
  }
  EXPECT_EQ(uv_number(std::make_error_code(std::errc::address_in_use)),
            kWindows ? -4091 : -static_cast<int>(std::errc::address_in_use));
}

}  // namespace
}  // namespace proclab::cluster
