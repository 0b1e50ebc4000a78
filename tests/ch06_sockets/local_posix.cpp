// tests/ch06 · local.h on POSIX: the file that a server makes, leaves behind, and takes over.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch06_sockets/local.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

/// What a server leaves behind that was killed: a bound file that nobody listens on.
void leave_stale(const std::string& path) {
  const Handle socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
}

bool exists(const std::string& path) {
  struct stat about {};
  return ::lstat(path.c_str(), &about) == 0;
}

unsigned mode_of(const std::string& path) {
  struct stat about {};
  EXPECT_EQ(::lstat(path.c_str(), &about), 0);
  return about.st_mode & 07777;
}

TEST(LocalPosix, ALivingServerKeepsItsName) {
  const Waiting waiting("a second server of that name");
  const Folder folder;
  const Result<LocalListener> first = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(first) << first.error().message();
  for (const Kind kind : {Kind::stream, Kind::datagram}) {
    const Result<LocalListener> second = LocalListener::open(folder.name("s"), {.kind = kind});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, std::errc::address_in_use) << second.error().message();
  }
  EXPECT_TRUE(connect_local(folder.name("s"))) << "and serves on";
}

TEST(LocalPosix, ABusyServerIsAliveToo) {
  const Waiting waiting("a second server while the first has no room for clients");
  const Folder folder;
  const Result<LocalListener> first = LocalListener::open(folder.name("s"), {.backlog = 1});
  ASSERT_TRUE(first);
  std::vector<Handle> clients;
  for (;;) {
    Result<Handle> client = connect_local(folder.name("s"), Kind::stream, now());
    if (!client) {
      EXPECT_EQ(client.error().code, std::errc::timed_out) << client.error().message();
      break;
    }
    clients.push_back(std::move(*client));
    ASSERT_LT(clients.size(), 100U) << "a backlog of 1 is never full";
  }
  EXPECT_EQ(LocalListener::open(folder.name("s")).error().code, std::errc::address_in_use);
}

TEST(LocalPosix, AStaleFileIsReplaced) {
  const Waiting waiting("a server that replaces a stale file");
  const Folder folder;
  leave_stale(folder.name("s"));
  EXPECT_EQ(connect_local(folder.name("s")).error().code, std::errc::connection_refused);
  const Result<LocalListener> listener = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(listener) << listener.error().message();
  EXPECT_TRUE(connect_local(folder.name("s")));
}

TEST(LocalPosix, WhatIsNoSocketStays) {
  const Folder folder;
  std::ofstream(folder.name("notes")) << "precious";
  ASSERT_EQ(::symlink("nowhere", folder.name("link").c_str()), 0);
  for (const char* name : {"notes", "link"}) {
    const Result<LocalListener> listener = LocalListener::open(folder.name(name));
    ASSERT_FALSE(listener);
    EXPECT_EQ(listener.error().code, std::errc::file_exists) << listener.error().message();
    EXPECT_TRUE(exists(folder.name(name)));
  }
}

TEST(LocalPosix, OfManyThatStartAtOnceOnAStaleFileOneWins) {
  const Waiting waiting("servers that race for a name", Milliseconds(60'000));
  constexpr int kServers = 3;
  for (int round = 0; round < 100; ++round) {
    const Folder folder;
    leave_stale(folder.name("s"));
    std::atomic<int> ready{0}, tried{0}, winners{0}, told{0};
    std::vector<std::thread> servers;
    for (int i = 0; i < kServers; ++i) {
      servers.emplace_back([&] {
        for (++ready; ready < kServers;) {  // all at once: this is a race, so no yielding
        }
        const Result<LocalListener> mine = LocalListener::open(folder.name("s"));
        if (mine) ++winners;
        if (!mine && mine.error().code == std::errc::address_in_use) ++told;
        // The winner lives until all have tried.
        for (++tried; tried < kServers;) std::this_thread::yield();
        EXPECT_TRUE(connect_local(folder.name("s")) || !mine) << "its file was taken away";
      });
    }
    for (std::thread& server : servers) server.join();
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(told, kServers - 1);
  }
}

TEST(LocalPosix, ClosingRemovesOnlyItsOwnFile) {
  const Folder folder;
  Result<LocalListener> first = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(first);
  ASSERT_EQ(::unlink(folder.name("s").c_str()), 0);  // somebody cleans up by hand …
  Result<LocalListener> second = LocalListener::open(folder.name("s"));  // … and another comes
  ASSERT_TRUE(second);
  first->close();
  EXPECT_TRUE(connect_local(folder.name("s"))) << "the second server's file is gone";
  second->close();
  EXPECT_FALSE(exists(folder.name("s")));
}

TEST(LocalPosix, OnlyThisUserMayConnectUnlessToldOtherwise) {
  const Folder folder;
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{0777}}) {
    const mode_t before = ::umask(mask);
    const Result<LocalListener> listener = LocalListener::open(folder.name("s"));
    const Result<LocalListener> open = LocalListener::open(folder.name("o"), {.mode = 0666});
    ::umask(before);
    ASSERT_TRUE(listener) << listener.error().message();
    EXPECT_EQ(mode_of(folder.name("s")), 0600U) << "umask " << mask;
    EXPECT_EQ(mode_of(folder.name("o")), 0666U) << "umask " << mask;
  }
}

TEST(LocalPosix, NoFolderIsSaid) {
  const Folder folder;
  EXPECT_EQ(LocalListener::open(folder.name("no/such/folder")).error().code,
            std::errc::no_such_file_or_directory);
}

TEST(LocalPosix, WithoutPermissionItSaysSo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it becomes another user in a child";
  const Waiting waiting("a child that is another user");
  const Folder folder;
  const Result<LocalListener> listener = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(listener);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) == -1 || ::setuid(65534) == -1) ::_exit(9);
    const Result<Handle> client = connect_local(folder.name("s"));
    const Result<LocalListener> other = LocalListener::open(folder.name("other"));
    const Result<LocalListener> same = LocalListener::open(folder.name("s"));
    ::_exit((!client && client.error().code == std::errc::permission_denied ? 0 : 1) +
            (!other && other.error().code == std::errc::permission_denied ? 0 : 2) +
            (!same && same.error().code == std::errc::permission_denied ? 0 : 4));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  EXPECT_EQ(status, 0) << "1: connected, 2: made a file, 4: took the name; times 256";
}

TEST(LocalPosix, AnotherKindIsAnotherProtocol) {
  const Folder folder;
  const Result<LocalListener> listener = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(listener);
  EXPECT_EQ(connect_local(folder.name("s"), Kind::datagram).error().code,
            std::errc::wrong_protocol_type);
}

TEST(LocalPosix, DatagramsComeFromManySendersWithoutAccept) {
  const Waiting waiting("datagrams by name");
  const Folder folder;
  Result<LocalListener> inbox = LocalListener::open(folder.name("in"), {.kind = Kind::datagram});
  ASSERT_TRUE(inbox) << inbox.error().message();
  for (const char* text : {"READY=1", "from another"}) {
    const Result<Handle> sender = connect_local(folder.name("in"), Kind::datagram);
    ASSERT_TRUE(sender) << sender.error().message();
    ASSERT_TRUE(send_all(sender->get(), text));
  }
  EXPECT_EQ(next(inbox->native()), "READY=1");
  EXPECT_EQ(next(inbox->native()), "from another");
  EXPECT_FALSE(inbox->accept(now())) << "there is nobody to accept";
}

TEST(LocalPosix, AHeldFolderLockIsAnErrorAndNoHang) {
  const Waiting waiting("a lock that nobody lets go");
  const Folder folder;
  const Handle lock(::open(folder.name("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
  const Result<LocalListener> listener = LocalListener::open(folder.name("s"));
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code, std::errc::timed_out);
}

TEST(LocalPosix, WithNoDescriptorLeftTheClientWaitsOn) {
  const Waiting waiting("a client that waits for a descriptor");
  const Folder folder;
  Result<LocalListener> listener = LocalListener::open(folder.name("s"));
  ASSERT_TRUE(listener);
  const Result<Handle> client = connect_local(folder.name("s"));
  ASSERT_TRUE(client);
  std::vector<Handle> all;
  for (int fd; (fd = ::fcntl(0, F_DUPFD_CLOEXEC, 3)) != -1;) all.emplace_back(fd);
  EXPECT_EQ(listener->accept(soon()).error().code, std::errc::too_many_files_open);
  EXPECT_EQ(LocalListener::open(folder.name("t")).error().code, std::errc::too_many_files_open);
  EXPECT_EQ(connect_local(folder.name("s")).error().code, std::errc::too_many_files_open);
  EXPECT_EQ(pair().error().code, std::errc::too_many_files_open);
  all.pop_back();
  EXPECT_TRUE(listener->accept(soon()));
}

}  // namespace
}  // namespace proclab::sockets
