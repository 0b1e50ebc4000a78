// tests/ch06 · abstract names, which are no files, and what is behind a handle. Linux only.
#include <gtest/gtest.h>

#include <algorithm>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/local.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

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

TEST(LocalLinux, AProgramThatIsStartedHoldsNoEndOfIt) {
  const test::Waiting waiting("a client that connects");
  const Folder folder;
  Result<LocalListener> listener = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(listener) << listener.error().message();
  const Result<Handle> client = connect_local(folder.name("s"), Kind::stream, soon());
  ASSERT_TRUE(client);
  const Result<Handle> served = listener->accept(soon());
  ASSERT_TRUE(served);
  const int slot = ::dup(client->get());  // as a starter leaves it: open for every child
  const Result<Handle> taken = inherited(slot);
  ASSERT_TRUE(taken);
  const test::Ran listed = test::run({test::program("probe"), "fds"});
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), 3) << listed.out;
}

TEST(LocalLinux, TheLimitForConnectingIsNoneForWhatIsSentLater) {
  const test::Waiting waiting("a client that connects");
  const Folder folder;
  const Result<LocalListener> listener = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(listener);
  const Result<Handle> client = connect_local(folder.name("s"), Kind::stream, soon());
  ASSERT_TRUE(client);
  timeval limit{1, 1};
  socklen_t size = sizeof limit;
  ASSERT_EQ(::getsockopt(client->get(), SOL_SOCKET, SO_SNDTIMEO, &limit, &size), 0);
  EXPECT_TRUE(limit.tv_sec == 0 && limit.tv_usec == 0) << "0: for as long as it takes";
}

}  // namespace
}  // namespace proclab::sockets
