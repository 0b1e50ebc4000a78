// tests/ch11 · a value: how it is built, looked at and compared.
#include "chapters/ch11_channel/value.h"

#include <gtest/gtest.h>

#include <cmath>

namespace proclab::channel {
namespace {

TEST(Value, IsBuiltAsItReads) {
  const Value value(Object{{"cmd", "NODE_HANDLE"},
                           {"n", 1},
                           {"yes", true},
                           {"nothing", nullptr},
                           {"list", Array{1, "two", 3.5}},
                           {"bytes", Bytes{std::byte{1}, std::byte{2}}}});
  ASSERT_NE(value.as_object(), nullptr);
  EXPECT_EQ(value.as_object()->members.size(), 6u);
  EXPECT_EQ(*value.find("cmd")->as_string(), "NODE_HANDLE");
  EXPECT_EQ(*value.find("n")->as_number(), 1.0);
  EXPECT_EQ(*value.find("yes")->as_bool(), true);
  EXPECT_TRUE(value.find("nothing")->is_null());
  EXPECT_EQ(value.find("list")->as_array()->size(), 3u);
  EXPECT_EQ(value.find("bytes")->as_bytes()->size(), 2u);
}

TEST(Value, IsOneThingAtATime) {
  const Value values[] = {nullptr, false, 0, "", Bytes(), Array(), Object()};
  for (const Value& value : values) {
    const int is = value.is_null() + (value.as_bool() != nullptr) + (value.as_number() != nullptr) +
                   (value.as_string() != nullptr) + (value.as_bytes() != nullptr) +
                   (value.as_array() != nullptr) + (value.as_object() != nullptr);
    EXPECT_EQ(is, 1);
  }
  // A pointer or a letter is not taken for a boolean.
  EXPECT_NE(Value("text").as_string(), nullptr);
  EXPECT_NE(Value(std::string_view("text")).as_string(), nullptr);
  EXPECT_NE(Value(std::size_t{7}).as_number(), nullptr);
  EXPECT_NE(Value(1.5F).as_number(), nullptr);
}

TEST(Value, FindsTheLastOfANameAndNothingInWhatIsNoObject) {
  Value value(Object{{"a", 1}, {"b", 2}, {"a", 3}});
  EXPECT_EQ(*value.find("a")->as_number(), 3.0);
  EXPECT_EQ(value.find("c"), nullptr);
  EXPECT_EQ(Value("a").find("a"), nullptr);
  EXPECT_EQ(Value(Array{"a"}).find("a"), nullptr);
  EXPECT_EQ(Value().find(""), nullptr);
  *value.find("b") = "changed";
  EXPECT_EQ(value, Value(Object{{"a", 1}, {"b", "changed"}, {"a", 3}}));
}

TEST(Value, ComparesByContent) {
  const Value nested(Object{{"a", Array{1, Object{{"b", nullptr}}}}});
  EXPECT_EQ(nested, Value(Object{{"a", Array{1, Object{{"b", nullptr}}}}}));
  EXPECT_NE(nested, Value(Object{{"a", Array{1, Object{{"b", false}}}}}));
  EXPECT_NE(Value(Object{{"a", 1}, {"b", 2}}), Value(Object{{"b", 2}, {"a", 1}}))
      << "the order counts";
  EXPECT_NE(Value(0), Value(false));
  EXPECT_NE(Value(""), Value(nullptr));
  EXPECT_EQ(Value(0.0), Value(-0.0));
  EXPECT_NE(Value(std::nan("")), Value(std::nan("")));
}

TEST(Value, ACopyIsDeepAndAMoveLeavesNothingShared) {
  Value first(Object{{"list", Array{1, 2}}});
  Value copy = first;
  copy.find("list")->as_array()->push_back(3);
  EXPECT_EQ(first.find("list")->as_array()->size(), 2u);
  const Value moved = std::move(copy);
  EXPECT_EQ(moved.find("list")->as_array()->size(), 3u);
}

}  // namespace
}  // namespace proclab::channel
