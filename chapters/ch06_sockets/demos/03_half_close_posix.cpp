// Chapter 6 · half_close: "that was all, and now you" over one connection.
//
// Look for: the child can only count when the question has ended. Without half_close() it waits for
// more, we wait for its answer, and only a deadline ends that. close() would end the question, and
// the answer with it.
//
// Run: ch06_half_close
// Run: ch06_half_close --forget
#include <cstdio>
#include <cstring>
#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "platform/self.h"

using namespace proclab;

/// The child: reads to the end, then says how much it was.
static int count() {
  const Result<Handle> channel = sockets::inherited(3);
  if (!channel) return 1;
  std::size_t total = 0;
  char room[4096];
  for (;;) {
    const Result<std::size_t> got = sockets::receive(channel->get(), room);
    if (!got) return 1;
    if (*got == 0) break;
    total += *got;
  }
  return sockets::send_all(channel->get(), std::to_string(total) + " bytes") ? 0 : 1;
}

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch06_half_close [--forget]\nAsks a child that answers at the end."), 0;
  }
  if (word == "--child") return count();
  Result<sockets::Pair> ends = sockets::pair();
  if (!ends) return 1;
  Result<spawn::Process> child =
      spawn::start({.file = *self_path(),
                    .args = {"--child"},
                    .slots = {spawn::Slot::from(3, ends->second.get())}});
  if (!child) return 1;
  ends->second.close();
  const NativeHandle end = ends->first.get();
  //> ask
  (void)sockets::send_all(end, "how long is this?");
  if (word != "--forget") (void)sockets::half_close(end);  // UNSAFE: without it, both wait
  char room[64];
  const auto got = sockets::receive(end, room, Deadline::after(Milliseconds(300)));
  //< ask
  if (got) {
    std::printf("the answer: %.*s\n", static_cast<int>(*got), room);
  } else {
    std::printf("no answer: %s\n", got.error().message().c_str());
  }
  ends->first.close();
  (void)child->wait();
}
