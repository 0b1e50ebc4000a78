// Chapter 6 · who: a client says who it is. What does the kernel say?
//
// Look for: the pid of a pair's other end. It is ours, though a child has that end: the kernel
// wrote down who made the connection, not who holds it. For a name, that is the client, and it
// cannot lie.
//
// Run: ch06_who
#include <cstdio>
#include <cstring>
#include <string>

#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/local.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/peer.h"
#include "platform/self.h"

using namespace proclab;

static void show(const char* what, const Handle& end, Pid child) {
  const Result<sockets::Peer> who = sockets::peer(end.get());
  if (!who) return std::printf("%s: %s\n", what, who.error().message().c_str()), void();
  std::printf("%-22s the kernel says: %s, uid %s\n", what,
              who->pid == child        ? "the child"
              : who->pid == ::getpid() ? "ourselves"
                                       : "somebody",
              who->uid == ::geteuid() ? "ours" : "another");
}

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch06_who\nAsks the kernel who is on the other end."), 0;
  }
  if (word == "--child") {  // connects by name, and leaves when the pair says so
    const Result<Handle> channel = sockets::inherited(3);
    const Result<Handle> client = sockets::connect_local("who.sock");
    char byte[1];
    return channel && client && sockets::receive(channel->get(), byte) ? 0 : 1;
  }
  Result<sockets::LocalListener> listener = sockets::LocalListener::open("who.sock");
  Result<sockets::Pair> ends = sockets::pair();
  if (!listener || !ends) return 1;
  Result<spawn::Process> child =
      spawn::start({.file = *self_path(),
                    .args = {"--child"},
                    .slots = {spawn::Slot::from(3, ends->second.get())}});
  if (!child) return 1;
  ends->second.close();
  const Result<Handle> served = listener->accept(Deadline::after(Milliseconds(10'000)));
  if (!served) return (void)child->kill(), (void)child->wait(), 1;
  show("by name, connect()ed:", *served, child->pid());
  show("the pair's other end:", ends->first, child->pid());
  const Result<Handle> process = sockets::peer_process(served->get());
  std::printf("a descriptor for it:   %s\n", process ? "yes (SO_PEERPIDFD)" : "not on this kernel");
  ends->first.close();
  return child->wait()->success() ? 0 : 1;
}
