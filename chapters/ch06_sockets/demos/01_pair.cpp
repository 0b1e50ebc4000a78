// Chapter 6 · pair: a parent and its child talk both ways over one descriptor.
//
// Look for: one slot, 3, and both directions. A pipe would need two of them. The child ends when
// its parent closes: nobody has to tell it, and nobody has to kill it.
//
// Run: ch06_pair
#include <cctype>
#include <cstdio>
#include <cstring>
#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "platform/self.h"

using namespace proclab;

//> child
/// The child: answers in capitals until its parent closes.
static int shout() {
  const Result<Handle> channel = sockets::inherited(3);
  if (!channel) return 1;
  char room[256];
  for (;;) {
    const Result<std::size_t> got = sockets::receive(channel->get(), room);
    if (!got || *got == 0) return got ? 7 : 1;
    for (std::size_t i = 0; i < *got; ++i) room[i] = static_cast<char>(std::toupper(room[i]));
    if (!sockets::send_all(channel->get(), {room, *got})) return 1;
  }
}
//< child

//> parent
static int talk(const std::string& self) {
  Result<sockets::Pair> ends = sockets::pair();
  if (!ends) return std::printf("%s\n", ends.error().message().c_str()), 1;
  Result<spawn::Process> child = spawn::start(
      {.file = self, .args = {"--child"}, .slots = {spawn::Slot::from(3, ends->second.get())}});
  if (!child) return std::printf("%s\n", child.error().message().c_str()), 1;
  ends->second.close();  // the child's end is the child's: as long as we hold it, it never ends
  for (const char* text : {"hello", "is anybody there?"}) {
    char room[256];
    (void)sockets::send_all(ends->first.get(), text);
    const Result<std::size_t> got = sockets::receive(ends->first.get(), room);
    if (!got) break;
    std::printf("%-18s → %.*s\n", text, static_cast<int>(*got), room);
  }
  ends->first.close();
  std::printf("we close           → the child: %s\n", child->wait()->text().c_str());
  return 0;
}
//< parent

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const char* word = argc > 1 ? argv[1] : "";
  if (std::strcmp(word, "--help") == 0) {
    return std::puts("usage: ch06_pair\nTalks to a child over one end of a pair."), 0;
  }
  if (std::strcmp(word, "--child") == 0) return shout();
  const Result<std::string> self = self_path();
  return self ? talk(*self) : 1;
}
