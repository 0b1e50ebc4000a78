// tests/ch11 · descriptors that come otherwise than they should. Each test ends with the leak guard: whatever was sent, no
// descriptor of it stays.
#include <fcntl.h>

#include "tests/ch11_channel/hostile_posix.h"
#include "tests/ch11_channel/none_left_posix.h"

namespace proclab::channel {
namespace {

using Strays = Hostile;

TEST_F(Strays, ADescriptorGoesToTheNextHandleMessage) {
  // On the first byte, on the last, and on an ordinary message before: Node takes all three.
  const std::string text = kWithHandle;
  say_with(text, 1);
  EXPECT_EQ(answer(), kAckLine);
  say(text.substr(0, text.size() - 1));
  say_with("\n", 1);
  EXPECT_EQ(answer(), kAckLine);
  say_with("\"plain\"\n", 1);
  settle();
  say(text);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.messages, (std::vector<Value>{"take", "take", "plain", "take"}));
  EXPECT_EQ(heard.handles.size(), 3U);
  EXPECT_TRUE(heard.warnings.empty());
}

TEST_F(Strays, AMessageWithoutItsDescriptorIsSentBack) {
  say(kWithHandle);
  say("\"goes on\"\n");
  EXPECT_EQ(answer(), kNackLine);
  EXPECT_EQ(heard.messages, std::vector<Value>{"goes on"});
  EXPECT_TRUE(heard.handles.empty());
}

TEST_F(Strays, ADescriptorWithoutAMessageIsClosed) {
  say_with("\"stray\"\n", 1);
  settle();
  say_with("\"another\"\n", 1);
  settle();
  ASSERT_EQ(heard.warnings.size(), 1U) << "the first had to make room for the second";
  raw.close();
  run("the end");
  EXPECT_EQ(heard.warnings.size(), 2U) << "and nobody came for that one either";
  EXPECT_EQ(heard.messages.size(), 2U);
  EXPECT_FALSE(heard.why);
}

TEST_F(Strays, ANewDescriptorTakesThePlaceOfAnOldOne) {
  const sockets::Socket mine = *sockets::listen_tcp({"127.0.0.1", 0});
  const NativeHandle one = mine.get();
  say_with("\"stray\"\n", 1);
  settle();
  ASSERT_TRUE(sockets::send_handles(raw.get(), kWithHandle, {&one, 1}));
  EXPECT_EQ(answer(), kAckLine);
  ASSERT_EQ(heard.handles.size(), 1U);
  EXPECT_EQ(*sockets::local_address(heard.handles[0].socket), *sockets::local_address(mine))
      << "the one that came with its message";
}

TEST_F(Strays, TenDescriptorsAtOnceAreNineTooMany) {
  say_with(kWithHandle, 10);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.handles.size(), 1U);
  EXPECT_EQ(heard.warnings.size(), 1U);
  say_with(kWithHandle, 253);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.handles.size(), 2U);
}

TEST_F(Strays, ADescriptorOfSomethingElseIsNoSocket) {
  const Handle file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const NativeHandle one = file.get();
  ASSERT_TRUE(sockets::send_handles(raw.get(), kWithHandle, {&one, 1}));
  EXPECT_EQ(answer(), kNackLine);
  EXPECT_EQ(heard.warnings.size(), 1U);
  EXPECT_TRUE(heard.handles.empty());
}

TEST_F(Strays, UnknownTypesAreClosedAndNamed) {
  say_with("{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Toaster\",\"msg\":1}\n", 1);
  EXPECT_EQ(answer(), kAckLine) << "it has arrived, and sent again it would be no better known";
  say_with("{\"cmd\":\"NODE_HANDLE\",\"type\":{},\"msg\":1}\n", 1);
  EXPECT_EQ(answer(), kAckLine);
  say_with("{\"cmd\":\"NODE_HANDLE\"}\n", 1);
  EXPECT_EQ(answer(), kAckLine);
  EXPECT_EQ(heard.warnings.size(), 3U);
  EXPECT_TRUE(heard.handles.empty() && heard.messages.empty());
  say("{\"cmd\":\"NODE_NOBODY_KNOWS\"}\n");
  settle();
  EXPECT_EQ(heard.internal.size(), 1U);
}

TEST_F(Strays, OneThatIsSentAgainByNodeStandsInAnother) {
  say_with(R"({"cmd":"NODE_HANDLE","type":"net.Native","msg":)"
           R"({"cmd":"NODE_HANDLE","type":"net.Socket","msg":{"n":1},"key":"k"}})"
           "\n",
           1);
  EXPECT_EQ(answer(), kAckLine) << "one for both: a second would end a Node.js";
  ASSERT_EQ(heard.handles.size(), 1U);
  EXPECT_EQ(heard.handles[0].kind, Kind::socket);
  EXPECT_TRUE(heard.handles[0].counted);
  EXPECT_EQ(heard.messages, std::vector<Value>{Value(Object{{"n", 1}})});
}

TEST_F(Strays, ADeathBehindADescriptorClosesIt) {
  const std::string text = kWithHandle;
  for (const std::size_t size : {std::size_t{1}, text.size() / 2, text.size() - 1}) {
    open();
    heard.warnings.clear();
    say_with(text.substr(0, size), 1);
    raw.close();
    run("an end within a message that has a descriptor");
    ASSERT_TRUE(heard.why);
    EXPECT_EQ(heard.why->code, std::errc::bad_message) << heard.why->message();
    EXPECT_EQ(heard.warnings.size(), 1U) << "nobody came for it";
  }
  open();
  say_with(text, 1);
  raw.close();  // and so does not hear that it has arrived
  run("an end right behind a message that has a descriptor");
  EXPECT_FALSE(heard.why) << heard.why->message();
  EXPECT_EQ(heard.handles.size(), 1U);
}

TEST_F(Strays, NoNumberLeftIsToldToTheSender) {
  say_with(kWithHandle, 1);
  {
    const NoneLeft none_left;
    settle();
  }
  EXPECT_EQ(answer(), kNackLine);
  EXPECT_EQ(heard.warnings.size(), 1U);
  EXPECT_TRUE(heard.handles.empty());
  say_with(kWithHandle, 1);
  EXPECT_EQ(answer(), kAckLine) << "the next one is taken again";
}

}  // namespace
}  // namespace proclab::channel
