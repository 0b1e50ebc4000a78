// tests/ch06 · local.h: servers by name, on every system.
#include <gtest/gtest.h>

#include <thread>

#include "chapters/ch06_sockets/local.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

LocalListener opened(const std::string& name, const ListenOptions& options = {}) {
  Result<LocalListener> listener = LocalListener::open(name, options);
  EXPECT_TRUE(listener) << listener.error().message();
  return std::move(*listener);
}

TEST(Local, AClientFindsItByName) {
  const Waiting waiting("a client and its server");
  const Folder folder;
  LocalListener listener = opened(folder.name("a"));
  const Result<Handle> client = connect_local(folder.name("a"), Kind::stream, soon());
  ASSERT_TRUE(client) << client.error().message();
  const Result<Handle> served = listener.accept(soon());
  ASSERT_TRUE(served) << served.error().message();
  ASSERT_TRUE(send_all(client->get(), "request"));
  EXPECT_EQ(next(served->get()), "request");
  ASSERT_TRUE(send_all(served->get(), "reply"));
  EXPECT_EQ(next(client->get()), "reply");
}

TEST(Local, EachClientHasAnEndOfItsOwn) {
  const Waiting waiting("twenty clients");
  const Folder folder;
  LocalListener listener = opened(folder.name("many"));
  std::vector<Handle> clients, served;
  for (int i = 0; i < 20; ++i) {
    Result<Handle> client = connect_local(folder.name("many"), Kind::stream, soon());
    ASSERT_TRUE(client) << i << ": " << client.error().message();
    clients.push_back(std::move(*client));
    Result<Handle> end = listener.accept(soon());
    ASSERT_TRUE(end) << i << ": " << end.error().message();
    served.push_back(std::move(*end));
  }
  for (std::size_t i = 0; i < clients.size(); ++i) {
    ASSERT_TRUE(send_all(clients[i].get(), std::to_string(i)));
  }
  for (std::size_t i = clients.size(); i-- > 0;) {
    EXPECT_EQ(next(served[i].get()), std::to_string(i));
  }
}

TEST(Local, MessagesKeepTheirBoundsByNameToo) {
  const Waiting waiting("messages of a named server");
  const Folder folder;
  LocalListener listener = opened(folder.name("m"), {.kind = Kind::seqpacket});
  const Result<Handle> client = connect_local(folder.name("m"), Kind::seqpacket, soon());
  ASSERT_TRUE(client) << client.error().message();
  const Result<Handle> served = listener.accept(soon());
  ASSERT_TRUE(served) << served.error().message();
  ASSERT_TRUE(send_all(client->get(), "one"));
  ASSERT_TRUE(send_all(client->get(), "two"));
  EXPECT_EQ(next(served->get()), "one");
  EXPECT_EQ(next(served->get()), "two");
}

TEST(Local, AcceptEndsAtItsDeadlineAndCanBeCalledAgain) {
  const Waiting waiting("a client that comes late");
  const Folder folder;
  LocalListener listener = opened(folder.name("late"));
  for (const int span : {0, 1, 20}) {
    const Result<Handle> nobody = listener.accept(Deadline::after(Milliseconds(span)));
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().code, std::errc::timed_out);
  }
  const Result<Handle> client = connect_local(folder.name("late"), Kind::stream, soon());
  ASSERT_TRUE(client) << client.error().message();
  EXPECT_TRUE(listener.accept(soon()));
}

TEST(Local, AClientThatIsGoneAlreadyIsServedItsEnd) {
  const Waiting waiting("a client that left");
  const Folder folder;
  LocalListener listener = opened(folder.name("gone"));
  {
    const Result<Handle> hasty = connect_local(folder.name("gone"), Kind::stream, soon());
    ASSERT_TRUE(hasty) << hasty.error().message();
  }
  if (kWindows) {  // there, such a client is nobody
    EXPECT_EQ(listener.accept(now()).error().code, std::errc::timed_out);
  } else {
    const Result<Handle> served = listener.accept(soon());
    ASSERT_TRUE(served) << served.error().message();
    EXPECT_EQ(next(served->get()), "<end>");
  }
  const Result<Handle> client = connect_local(folder.name("gone"), Kind::stream, soon());
  ASSERT_TRUE(client) << client.error().message();
  EXPECT_TRUE(listener.accept(soon())) << "and it serves on";
}

TEST(Local, NobodyThereIsSaid) {
  const Folder folder;
  const Result<Handle> client = connect_local(folder.name("nobody"));
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, std::errc::no_such_file_or_directory) << client.error().message();
}

TEST(Local, ClosedItCanBeOpenedAgain) {
  const Waiting waiting("a server that comes back");
  const Folder folder;
  for (int i = 0; i < 3; ++i) {
    LocalListener listener = opened(folder.name("again"));
    EXPECT_TRUE(connect_local(folder.name("again"), Kind::stream, soon()));
    listener.close();
    listener.close();  // once more does nothing
    EXPECT_EQ(connect_local(folder.name("again")).error().code,
              std::errc::no_such_file_or_directory);
  }
}

TEST(Local, MovesItsNameAlong) {
  const Waiting waiting("a server that was moved");
  const Folder folder;
  LocalListener first = opened(folder.name("one"));
  LocalListener second = opened(folder.name("two"));
  second = std::move(first);
  EXPECT_EQ(second.name(), folder.name("one"));
  EXPECT_TRUE(connect_local(folder.name("one"), Kind::stream, soon()));
  EXPECT_EQ(connect_local(folder.name("two")).error().code, std::errc::no_such_file_or_directory);
}

TEST(Local, BadNamesAreRefusedWithAReason) {
  const Folder folder;
  const std::string too_long = folder.name(std::string(longest_name(), 'n'));
  using std::string_literals::operator""s;
  const struct {
    std::string name;
    std::errc why;
  } bad[] = {{"", std::errc::invalid_argument},
             {folder.name("a\0b"s), std::errc::invalid_argument},
             {too_long, std::errc::filename_too_long}};
  for (const auto& [name, why] : bad) {
    const Result<LocalListener> listener = LocalListener::open(name);
    ASSERT_FALSE(listener);
    EXPECT_EQ(listener.error().code, why) << listener.error().message();
    const Result<Handle> client = connect_local(name);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().code, why) << client.error().message();
  }
  const std::string limit = std::to_string(longest_name());
  EXPECT_NE(connect_local(too_long).error().detail.find(limit), std::string::npos)
      << "the limit is named";
}

TEST(Local, TheLongestNameWorks) {
  const Waiting waiting("a server with a long name");
  const Folder folder;
  const std::string name = folder.name(std::string(longest_name() - folder.name("").size(), 'n'));
  ASSERT_EQ(name.size(), longest_name());
  LocalListener listener = opened(name);
  EXPECT_TRUE(connect_local(name, Kind::stream, soon()));
}

}  // namespace
}  // namespace proclab::sockets
