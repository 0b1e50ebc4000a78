// Chapter 4 · slots: a child gets the descriptors that it is given, and nothing else.
//
// Look for: the parent holds files A and B and a forgotten one. The naive child shall get A and B with
// their places swapped, and gets B twice, and the forgotten file as well. start() gets the swap right,
// puts A at 7 as it was told to, and lets nothing else through.
//
// Run: ch04_slots
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"

using namespace proclab;
using spawn::Slot;

/// The child: which of A, B and the forgotten file stands where. Their sizes tell them apart.
static int look() {
  for (int fd = 3; fd < 16; ++fd) {
    struct stat info;
    if (::fstat(fd, &info) == -1) continue;
    const char* name = info.st_size == 1 ? "A" : info.st_size == 2 ? "B" : "the forgotten file";
    std::printf("  descriptor %d is %s\n", fd, name);
  }
  return 0;
}

/// A file without a name, of `size` bytes, at descriptor `at`.
static void open_at(int at, int size, int flags) {
  char path[] = "ch04_slots_XXXXXX";
  const int fd = ::mkstemp(path);
  ::unlink(path);
  if (::ftruncate(fd, size) == -1) std::perror("ftruncate");
  ::dup2(fd, at);
  if ((flags & O_CLOEXEC) != 0) ::fcntl(at, F_SETFD, FD_CLOEXEC);
  ::close(fd);
}

//> naive
/// UNSAFE: the moves one after another. The first destroys what the second was to move.
static void naive_swap(const char* self) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(5, 4);
    ::dup2(4, 5);  // by now, 4 is what 5 was
    ::execl(self, self, "--look", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::waitpid(child, nullptr, 0);
}
//< naive

//> slots
static void right_swap(const std::string& self) {
  spawn::Options options;
  options.file = self;
  options.args = {"--look"};
  options.slots = {Slot::from(4, 5), Slot::from(5, 4), Slot::from(7, 4)};
  if (Result<spawn::Process> child = spawn::start(options)) (void)child->wait();
}
//< slots

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const char* word = argc > 1 ? argv[1] : "";
  if (std::strcmp(word, "--help") == 0) {
    return std::puts("usage: ch04_slots\nShows which descriptors a child gets, twice."), 0;
  }
  if (std::strcmp(word, "--look") == 0) return look();
  const Result<std::string> self = self_path();
  if (!self) return 1;
  open_at(4, 1, O_CLOEXEC);  // A
  open_at(5, 2, O_CLOEXEC);  // B
  open_at(9, 3, 0);          // nobody thought of O_CLOEXEC here

  std::puts("The parent has A at 4, B at 5, a forgotten file at 9.\nUNSAFE, 4 <-> 5 by two dup2:");
  std::fflush(stdout);
  naive_swap(self->c_str());
  std::puts("start(), 4 <-> 5 and A at 7 as well:");
  std::fflush(stdout);
  right_swap(*self);
  return 0;
}
