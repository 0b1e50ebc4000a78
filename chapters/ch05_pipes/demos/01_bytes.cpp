// Chapter 5 · bytes: a pipe keeps bytes, not messages, and ends when its last writer is gone.
//
// Look for: three writes come out as two reads, cut where the reader's room ends. The end of the
// file comes not when one writer closes, but when the last copy of the write end is closed: here
// the child's.
//
// Run: ch05_bytes
#include <cstdio>
#include <cstring>
#include <string>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "platform/self.h"

using namespace proclab;

static void read_once(NativeHandle from, std::size_t room) {
  std::string text(room, '\0');
  const Result<std::size_t> count = pipes::read_some(from, text.data(), room);
  if (!count) return (void)std::printf("%s\n", count.error().message().c_str());
  if (*count == 0) return (void)std::puts("read: 0 bytes, the end of the file");
  std::printf("read: %zu bytes \"%s\"\n", *count, text.substr(0, *count).c_str());
}

//> main
static int demo(const std::string& self) {
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  if (!pipe) return std::puts(pipe.error().message().c_str()), 1;
  stdio::BlockingWriter out(pipe->write.get());
  for (const char* word : {"one,", "two,", "three,"}) (void)out.write(word);
  read_once(pipe->read.get(), 10);
  read_once(pipe->read.get(), 10);

  spawn::Options writer{.file = self, .args = {"--child"}};
  writer.slots = {spawn::Slot::from(1, pipe->write.get())};
  Result<spawn::Process> child = spawn::start(writer);
  if (!child) return std::puts(child.error().message().c_str()), 1;
  pipe->write.close();  // ours. The child's copy still is one.
  read_once(pipe->read.get(), 32);
  read_once(pipe->read.get(), 32);
  return child->wait() ? 0 : 1;
}
//< main

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const char* word = argc > 1 ? argv[1] : "";
  if (std::strcmp(word, "--help") == 0) {
    return std::puts("usage: ch05_bytes\nWrites to a pipe and reads from it."), 0;
  }
  if (std::strcmp(word, "--child") == 0) return std::fputs("from the child", stdout), 0;
  const Result<std::string> self = self_path();
  return self ? demo(*self) : 1;
}
