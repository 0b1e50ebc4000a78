// tests/ch06 · peer.h on Linux: ids and the process itself.
#include <gtest/gtest.h>

#include <cerrno>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch06_sockets/local.h"
#include "chapters/ch06_sockets/peer.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"
#include "tests/support/gate.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

/// A client in a child of its own, which connects and then waits at the gate.
pid_t start_client(const std::string& name, unsigned uid, test::Gate& leave) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (uid != 0 && (::setgid(uid) == -1 || ::setuid(uid) == -1)) ::_exit(9);
  const Result<Handle> client = connect_local(name);
  if (!client) ::_exit(8);
  (void)leave.wait();
  ::_exit(0);
}

void bury(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(status, 0);
}

TEST(PeerLinux, TheKernelSaysWhoTheClientIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: the client becomes another user";
  const Waiting waiting("a client of another user");
  const Folder folder;
  LocalListener listener = *LocalListener::open(folder.name("who"), {.mode = 0666});
  test::Gate leave;
  const pid_t child = start_client(folder.name("who"), 65534, leave);
  const Result<Handle> served = listener.accept(soon());
  ASSERT_TRUE(served) << served.error().message();
  const Result<Peer> who = peer(served->get());
  leave.open();
  ASSERT_TRUE(who);
  EXPECT_EQ(who->pid, child);
  EXPECT_EQ(who->uid, 65534U);
  EXPECT_EQ(who->gid, 65534U);
  bury(child);
}

TEST(PeerLinux, ThePidStaysWhenTheClientIsGone) {
  const Waiting waiting("a client that leaves");
  const Folder folder;
  LocalListener listener = *LocalListener::open(folder.name("who"));
  test::Gate leave;
  const pid_t child = start_client(folder.name("who"), 0, leave);
  const Result<Handle> served = listener.accept(soon());
  leave.open();
  bury(child);
  EXPECT_EQ(peer(served->get())->pid, child) << "though the number may be a stranger's by now";
}

TEST(PeerLinux, AProcessHandleTellsItsEnd) {
  const Waiting waiting("a client that leaves");
  const Folder folder;
  LocalListener listener = *LocalListener::open(folder.name("who"));
  test::Gate leave;
  const pid_t child = start_client(folder.name("who"), 0, leave);
  const Result<Handle> served = listener.accept(soon());
  const Result<Handle> process = peer_process(served->get());
  leave.open();
  if (!process) {
    bury(child);
    EXPECT_EQ(process.error().code, std::errc::not_supported) << process.error().message();
    GTEST_SKIP() << process.error().message();
  }
  pollfd ended{process->get(), POLLIN, 0};
  while (::poll(&ended, 1, -1) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(ended.revents, POLLIN);
  bury(child);
}

}  // namespace
}  // namespace proclab::sockets
