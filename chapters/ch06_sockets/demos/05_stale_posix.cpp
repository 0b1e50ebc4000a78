// Chapter 6 · stale: a server is killed, and its socket file stays. Who may remove it?
//
// Look for: in the second run, two servers start at the same time on a stale file. Both look, both
// see that nobody answers, and the slower one removes the file of the faster, which now lives and
// listens where no client can find it. No error anywhere. With a lock around looking and taking,
// the second is told.
//
// Run: ch06_stale
// Run: ch06_stale --race
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/local.h"
#include "platform/self.h"

using namespace proclab;

static const char kPath[] = "server.sock";

static void say_connect() {
  const Result<Handle> client = sockets::connect_local(kPath);
  std::printf("a client:           %s\n", client ? "connected" : client.error().message().c_str());
}

/// A server that is killed without a chance to clean up.
static int be_killed() {
  const Result<sockets::LocalListener> mine = sockets::LocalListener::open(kPath);
  if (!mine) return 1;
  ::raise(SIGKILL);
  return 1;
}

static int life(const std::string& self) {
  Result<spawn::Process> first = spawn::start({.file = self, .args = {"--server"}});
  if (!first) return 1;
  std::printf("the first server:   %s\n", first->wait()->text().c_str());
  std::printf("its file:           %s\n", ::access(kPath, F_OK) == 0 ? "still there" : "gone");
  say_connect();
  Result<sockets::LocalListener> second = sockets::LocalListener::open(kPath);
  std::printf("the second server:  %s\n", second ? "listens" : second.error().message().c_str());
  say_connect();
  const Result<sockets::LocalListener> third = sockets::LocalListener::open(kPath);
  std::printf("the third server:   %s\n", third ? "listens" : third.error().message().c_str());
  if (second) second->close();
  std::printf("after close():      %s\n", ::access(kPath, F_OK) == 0 ? "still there" : "gone");
  return 0;
}

//> naive
/// UNSAFE: looks, and later acts on what it saw.
struct NaiveServer {
  Handle socket{::socket(AF_UNIX, SOCK_STREAM, 0)};

  static bool nobody_answers() { return !sockets::connect_local(kPath); }
  bool take() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, kPath, sizeof kPath);
    ::unlink(kPath);
    return ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
           ::listen(socket.get(), 5) == 0;
  }
};
//< naive

static int race(const std::string& self) {
  if (Result<spawn::Process> dead = spawn::start({.file = self, .args = {"--server"}})) {
    (void)dead->wait();
  }
  const NaiveServer one, two;
  const bool one_sees = NaiveServer::nobody_answers();  // both look …
  const bool two_sees = NaiveServer::nobody_answers();
  const bool one_took = one_sees && one.take();  // … and then both act
  const bool two_took = two_sees && two.take();
  std::printf("UNSAFE, server one: %s\n", one_took ? "listens" : "gives up");
  std::printf("UNSAFE, server two: %s\n", two_took ? "listens" : "gives up");
  const Result<Handle> client = sockets::connect_local(kPath);
  for (const NaiveServer* server : {&one, &two}) {
    ::fcntl(server->socket.get(), F_SETFL, O_NONBLOCK);
  }
  const Handle by_one(::accept(one.socket.get(), nullptr, nullptr));
  const Handle by_two(::accept(two.socket.get(), nullptr, nullptr));
  std::printf("a client comes to:  %s\n", by_one   ? "one"
                                          : by_two ? "two; one waits for ever"
                                                   : "-");
  ::unlink(kPath);
  return 0;
}

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch06_stale [--race]\nWhat a killed server leaves, and who takes it."),
           0;
  }
  if (word == "--server") return be_killed();
  const Result<std::string> self = self_path();
  if (!self) return 1;
  return word == "--race" ? race(*self) : life(*self);
}
