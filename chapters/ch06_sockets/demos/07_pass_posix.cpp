// Chapter 6 · pass: descriptors travel to a process that runs already.
//
// Look for: the child reads on where we stopped. What arrives is the same open file, offset and all,
// under another number, as after dup(). We close ours before the child has read a byte of it, and
// that does no harm. The files have no name: there is no other way to them.
//
// Run: ch06_pass
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/passing.h"
#include "platform/self.h"

using namespace proclab;

//> child
/// The child: reads from whatever it is passed, and says what it found.
static int read_what_comes() {
  const Result<Handle> channel = sockets::inherited(3);
  if (!channel) return 1;
  for (;;) {
    char room[64];
    const auto got = sockets::receive_handles(channel->get(), room, 8);
    if (!got || got->size == 0) return got ? 0 : 1;
    std::string report = "\"" + std::string(room, got->size) + "\" came with " +
                         std::to_string(got->handles.size()) + ":";
    for (const Handle& file : got->handles) {
      char text[16] = {};
      (void)!::read(file.get(), text, sizeof text - 1);
      report += std::string(" [") + text + "]";
    }
    if (!sockets::send_all(channel->get(), report)) return 1;
  }
}
//< child

static Handle file_with(const char* text) {
  char path[] = "ch06_pass_XXXXXX";
  Handle file(::mkstemp(path));
  ::unlink(path);  // no other process could ever open it: the descriptor is the only way to it
  (void)!::write(file.get(), text, std::strlen(text));
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

static void pass(const Handle& channel, const char* text, std::vector<Handle> files) {
  std::vector<NativeHandle> numbers;
  for (const Handle& file : files) numbers.push_back(file.get());
  if (!sockets::send_handles(channel.get(), text, numbers)) return;
  files.clear();  // ours are closed; the copies are on their way
  char room[256];
  if (const auto got = sockets::receive(channel.get(), room)) {
    std::printf("%.*s\n", static_cast<int>(*got), room);
  }
}

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts("usage: ch06_pass\nPasses open files to a child that runs already."), 0;
  }
  if (word == "--child") return read_what_comes();
  Result<sockets::Pair> ends = sockets::pair();
  if (!ends) return 1;
  Result<spawn::Process> child =
      spawn::start({.file = *self_path(),
                    .args = {"--child"},
                    .slots = {spawn::Slot::from(3, ends->second.get())}});
  if (!child) return 1;
  std::vector<Handle> one, three;
  one.push_back(file_with("we read this; the child reads this"));
  char seen[15] = {};
  (void)!::read(one[0].get(), seen, sizeof seen - 1);
  std::printf("we read: [%s]\n", seen);
  pass(ends->first, "one", std::move(one));
  for (const char* text : {"first", "second", "third"}) three.push_back(file_with(text));
  pass(ends->first, "three", std::move(three));
  pass(ends->first, "none", {});
  ends->first.close();
  std::printf("the child: %s\n", child->wait()->text().c_str());
}
