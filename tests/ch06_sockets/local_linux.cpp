// tests/ch06 · abstract names, which are no files. Linux only.
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/local.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

std::string abstract(const std::string& last) {
  return std::string(1, '\0') + "proclab-test-" + std::to_string(process::pid()) + "-" + last;
}

TEST(LocalLinux, AnAbstractNameGoesWithItsServer) {
  const test::Waiting waiting("a server with an abstract name");
  {
    const Result<LocalListener> listener = LocalListener::open(abstract("a"));
    ASSERT_TRUE(listener) << listener.error().message();
    EXPECT_TRUE(connect_local(abstract("a")));
    EXPECT_EQ(LocalListener::open(abstract("a")).error().code, std::errc::address_in_use);
  }
  EXPECT_EQ(connect_local(abstract("a")).error().code, std::errc::connection_refused);
  EXPECT_TRUE(LocalListener::open(abstract("a"))) << "nothing stale to remove";
}

TEST(LocalLinux, AnAbstractNameIsAllItsBytesAndNoMore) {
  const Result<LocalListener> listener = LocalListener::open(abstract("b"));
  ASSERT_TRUE(listener);
  EXPECT_EQ(connect_local(abstract("b") + '\0').error().code, std::errc::connection_refused)
      << "a NUL behind makes another name";
  EXPECT_EQ(shown(abstract("b")).front(), '@');
  const std::string longest(longest_name() + 1, 'x');  // one more than a path: no NUL at its end
  EXPECT_TRUE(LocalListener::open('\0' + longest.substr(1)));
  EXPECT_EQ(LocalListener::open('\0' + longest).error().code, std::errc::filename_too_long);
}

}  // namespace
}  // namespace proclab::sockets
