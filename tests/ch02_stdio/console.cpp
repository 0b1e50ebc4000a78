// tests/ch02 · the two consoles, and what every system's writers promise.
#include "chapters/ch02_stdio/console.h"

#include <gtest/gtest.h>

namespace proclab::stdio {
namespace {

// A writer to look into.
struct Kept final : Writer {
  std::string text;
  Result<bool> write(std::string_view bytes) override { return text += bytes, true; }
  Result<bool> flush(Deadline) override { return true; }
  [[nodiscard]] std::size_t pending() const override { return 0; }
  [[nodiscard]] std::uint64_t accepted() const override { return text.size(); }
};

TEST(Console, FormatsAsNodeDoes) {
  EXPECT_EQ(format({}), "{}");
  EXPECT_EQ(format({{"index", 1}}), "{ index: 1 }");
  EXPECT_EQ(format({{"a", -1}, {"b", 2}}), "{ a: -1, b: 2 }");
}

TEST(Console, LogTakesASnapshot) {
  Kept out;
  Object i{{"index", 1}};
  ASSERT_TRUE(Console(out).log(i));
  ++i["index"];
  EXPECT_EQ(out.text, "{ index: 1 }\n");
}

TEST(Console, LateConsolePrintsWhatTheObjectHasBecome) {
  Kept out;
  LateConsole late(out);
  auto i = std::make_shared<Object>(Object{{"index", 1}});
  late.log(i);
  late.log(std::make_shared<Object>(*i));
  ++(*i)["index"];
  EXPECT_EQ(out.text, "");
  ASSERT_TRUE(late.show());
  EXPECT_EQ(out.text, "{ index: 2 }\n{ index: 1 }\n");
  ASSERT_TRUE(late.show());
  EXPECT_EQ(out.text, "{ index: 2 }\n{ index: 1 }\n");  // shown once
}

TEST(StreamKind, EachHasAName) {
  EXPECT_STREQ(to_string(StreamKind::file), "file");
  EXPECT_STREQ(to_string(StreamKind::null_device), "null device");
  EXPECT_STREQ(to_string(StreamKind::closed), "closed");
}

}  // namespace
}  // namespace proclab::stdio
