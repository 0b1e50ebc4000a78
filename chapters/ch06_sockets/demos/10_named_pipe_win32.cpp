// Chapter 6 · named_pipe: a server on Windows that clients of this machine and user find by name.
//
// Look for: nothing is left behind, unlike a socket's file on POSIX: the name goes with the last
// handle. The server knows the client's pid. A name that does not begin with \\.\pipe\ is refused.
//
// Run: ch06_named_pipe
#include <cstdio>
#include <cstring>
#include <string>

#include <windows.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/local.h"
#include "chapters/ch06_sockets/peer.h"
#include "platform/self.h"

using namespace proclab;

static void say_connect(const char* when, const std::string& name) {
  const Result<Handle> client = sockets::connect_local(name);
  std::printf("%-20s %s\n", when,
              client                                                        ? "connected"
              : client.error().code == std::errc::no_such_file_or_directory ? "no such name"
                                                                            : "another error");
}

static int serve(const std::string& self, const std::string& name) {
  say_connect("before:", name);
  Result<sockets::LocalListener> listener = sockets::LocalListener::open(name);
  if (!listener) return std::printf("%s\n", listener.error().message().c_str()), 1;
  Result<spawn::Process> child = spawn::start({.file = self, .args = {"--client", name}});
  if (!child) return 1;
  Result<Handle> served = listener->accept(Deadline::after(Milliseconds(10'000)));
  if (!served) return (void)child->kill(), (void)child->wait(), 1;
  const Result<sockets::Peer> who = sockets::peer(served->get());
  std::printf("the client's pid:    %s\n", who && who->pid == child->pid() ? "the child's" : "?");
  char room[64];
  if (const auto got = sockets::receive(served->get(), room)) {
    std::printf("it says:             %.*s\n", static_cast<int>(*got), room);
  }
  (void)sockets::send_all(served->get(), "welcome");
  std::printf("the client:          %s\n", child->wait()->text().c_str());
  served->close();
  listener->close();
  say_connect("after:", name);
  const auto bad = sockets::LocalListener::open("C:\\server.sock");
  std::printf("a path as a name:    %s\n", bad ? "?" : bad.error().message().c_str());
  return 0;
}

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch06_named_pipe\nA named pipe's life, with a client of its own."), 0;
  }
  if (word == "--client") {
    const Result<Handle> end = sockets::connect_local(argv[2]);
    char room[64];
    return end && sockets::send_all(end->get(), "hello") && sockets::receive(end->get(), room) ? 0
                                                                                               : 1;
  }
  const Result<std::string> self = self_path();
  return self ? serve(*self,
                      "\\\\.\\pipe\\ch06_named_pipe-" + std::to_string(::GetCurrentProcessId()))
              : 1;
}
