// Chapter 5 · forgotten: `a | b`, and b never ends, because somebody forgot to close a descriptor.
//
// Look for: the writer is gone, and the reader waits all the same: the parent holds a write end, or
// even the reader itself does, by inheritance. The twin closes each end where it is not needed.
// Here the broken ones are given 200 ms, and then killed.
//
// Run: ch05_forgotten --parent
// Run: ch05_forgotten --reader
// Run: ch05_forgotten --fixed
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/process.h"

using namespace proclab;

enum class Forgets { nothing, in_the_parent, in_the_reader };

//> a-and-b
/// a | b by hand: the writer says a word, the reader counts bytes up to the end of the file.
static void a_and_b(Forgets forgets) {
  int fds[2];
  if (::pipe(fds) == -1) return std::perror("pipe");

  const pid_t writer = ::fork();
  if (writer == 0) {
    ::close(fds[0]);  // a writer that holds a read end would never get EPIPE
    ::_exit(::write(fds[1], "hello", 5) == 5 ? 0 : 1);
  }
  const pid_t reader = ::fork();
  if (reader == 0) {
    // UNSAFE without: fork() has given the reader the write end, too. It then waits for itself.
    if (forgets != Forgets::in_the_reader) ::close(fds[1]);
    char room[64];
    ssize_t count = 0, all = 0;
    while ((count = ::read(fds[0], room, sizeof room)) > 0) all += count;
    ::_exit(static_cast<int>(all));
  }
  ::close(fds[0]);
  // UNSAFE without: as long as the parent could write, the file has not ended.
  if (forgets != Forgets::in_the_parent) ::close(fds[1]);

  (void)spawn::Process(writer, Handle()).wait();
  spawn::Process waiting(reader, Handle());
  const bool broken = forgets != Forgets::nothing;
  const auto end =
      waiting.wait_until(broken ? Deadline::after(Milliseconds(200)) : Deadline::never());
  if (end && *end) {
    std::printf("writer gone, reader ended: it read %u bytes\n", (*end)->code);
  } else {
    std::puts("writer gone, reader still waits for the end of the file: killed");
    (void)waiting.kill(spawn::kKill);
    (void)waiting.wait();
  }
  if (forgets == Forgets::in_the_parent) ::close(fds[1]);
}
//< a-and-b

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--parent") return a_and_b(Forgets::in_the_parent), 0;
  if (word == "--reader") return a_and_b(Forgets::in_the_reader), 0;
  if (word == "--fixed") return a_and_b(Forgets::nothing), 0;
  std::puts(
      "usage: ch05_forgotten --parent   the parent forgets to close its write end\n"
      "       ch05_forgotten --reader   the reader forgets to close the one that it inherited\n"
      "       ch05_forgotten --fixed    nobody forgets anything");
  return word == "--help" ? 0 : 2;
}
