// tests/ch09 · sockets handed over: LISTEN_FDS, both sides.
#include <cstdlib>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch09_daemon/listeners.h"
#include "chapters/ch09_daemon/unix_socket_posix.h"
#include "tests/ch09_daemon/in_a_fork_posix.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/support/run.h"

namespace proclab::daemon {
namespace {

Handle listening(const std::string& path) {
  Handle socket = unix_socket(SOCK_STREAM).value();
  const UnixAddress name = unix_address(path).value();
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name.name), name.size), 0);
  EXPECT_EQ(::listen(socket.get(), 8), 0);
  return socket;
}

/// In a fork: descriptors from 3 up are `handles`, the variables are set, and then `body` runs.
int handed(const std::vector<int>& handles, const std::string& pid, const std::string& count,
           const std::string& names, const std::function<int()>& body) {
  return in_a_fork([&] {
    std::vector<int> lifted;
    for (const int handle : handles) lifted.push_back(::fcntl(handle, F_DUPFD, 100));
    for (std::size_t i = 0; i < lifted.size(); ++i) ::dup2(lifted[i], 3 + static_cast<int>(i));
    set_variable("LISTEN_PID", pid == "self" ? std::to_string(::getpid()) : pid);
    set_variable("LISTEN_FDS", count);
    if (!names.empty()) set_variable("LISTEN_FDNAMES", names);
    return body();
  });
}

bool gone() {
  return std::getenv("LISTEN_PID") == nullptr && std::getenv("LISTEN_FDS") == nullptr &&
         std::getenv("LISTEN_FDNAMES") == nullptr;
}

TEST(Listeners, AreTakenWithTheirNamesAndKeptFromChildren) {
  const Folder folder;
  const Handle a = listening(folder.file("a")), b = listening(folder.file("b"));
  EXPECT_EQ(handed({a.get(), b.get()}, "self", "2", "web:admin",
                   [&] {
                     const auto all = inherited_listeners();
                     if (!all || all->size() != 2) return 1;
                     if ((*all)[0].name != "web" || (*all)[1].name != "admin") return 2;
                     for (const Listener& one : *all) {
                       if ((::fcntl(one.socket.get(), F_GETFD) & FD_CLOEXEC) == 0) return 3;
                       if ((::fcntl(one.socket.get(), F_GETFL) & O_NONBLOCK) == 0) return 4;
                     }
                     answer((*all)[0], "nobody is there, and it does not wait");
                     return gone() && inherited_listeners()->empty() ? 0 : 5;
                   }),
            0);
}

TEST(Listeners, AnothersAreNotTaken) {
  const Folder folder;
  const Handle a = listening(folder.file("a"));
  EXPECT_EQ(handed({a.get()}, "1", "1", "",
                   [] {
                     const auto all = inherited_listeners();
                     return all && all->empty() && gone() && ::fcntl(3, F_GETFD) != -1 ? 0 : 1;
                   }),
            0);
}

TEST(Listeners, BadPromisesAreErrors) {
  const Folder folder;
  const Handle a = listening(folder.file("a"));
  const auto error_of = [&](const std::vector<int>& handles, const std::string& count,
                            const std::string& names, std::errc why) {
    return handed(handles, "self", count, names, [&] {
      const auto all = inherited_listeners();
      return !all && all.error().code == why && gone() ? 0 : 1;
    });
  };
  EXPECT_EQ(error_of({a.get()}, "many", "", std::errc::invalid_argument), 0);
  EXPECT_EQ(error_of({a.get()}, "-1", "", std::errc::invalid_argument), 0);
  EXPECT_EQ(error_of({a.get()}, "1000000000", "", std::errc::invalid_argument), 0);
  EXPECT_EQ(error_of({a.get()}, "1", "a:b", std::errc::invalid_argument), 0);
  EXPECT_EQ(error_of({2}, "1", "", std::errc::not_a_socket), 0);
  EXPECT_EQ(error_of({a.get()}, "90", "", std::errc::bad_file_descriptor), 0);
}

TEST(Listeners, AreHandedOverByExecAndNothingElse) {
  const Folder folder;
  const std::string out = folder.file("out");
  EXPECT_EQ(in_a_fork([&]() -> int {
              // In each other's way: the first stands at 4, the second at 3.
              const int a = ::dup2(listening(folder.file("a")).get(), 104);
              const int b = ::dup2(listening(folder.file("b")).get(), 103);
              ::dup2(a, 4), ::dup2(b, 3), ::close(a), ::close(b);
              ::dup2(Handle(::open(out.c_str(), O_CREAT | O_WRONLY, 0644)).get(), 1);
              std::vector<Listener> both;
              both.push_back({Handle(4), "first"});
              both.push_back({Handle(3), "second"});
              const Error why =
                  exec_with_listeners(test::program("ch09_actor"), {"inherited"}, std::move(both));
              return why.code == std::errc::no_such_file_or_directory ? 1 : 2;
            }),
            0);
  EXPECT_EQ(read_file(out), "first\nsecond\n");
}

TEST(Listeners, WhatCannotBeHandedOver) {
  EXPECT_EQ(in_a_fork([] {
              std::vector<Listener> one;
              one.push_back({Handle(), "a:b"});
              return exec_with_listeners("true", {}, std::move(one)).code ==
                             std::errc::invalid_argument
                         ? 0
                         : 1;
            }),
            0);
  EXPECT_EQ(in_a_fork([] {
              return exec_with_listeners("no-such-program", {}, {}).code ==
                             std::errc::no_such_file_or_directory
                         ? 0
                         : 1;
            }),
            0);
}

}  // namespace
}  // namespace proclab::daemon
