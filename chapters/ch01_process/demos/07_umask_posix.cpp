// Chapter 1 · umask: umask(2) cannot be read, only swapped; and a file slips through the swap.
//
// Look for: one thread makes files that nobody else may read (umask 077), another one only wants to
// *know* the mask. Read by swapping, a file soon comes out open to all. Read from /proc, none does.
//
// Run: ch01_umask --unsafe
// Run: ch01_umask --safe
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch01_process/umask.h"
#include "platform/handle.h"

using namespace proclab;

/// Makes up to `count` files, one after the other; true as soon as one is not 0600.
static bool a_file_slipped(int count, const std::string& path) {
  for (int i = 0; i < count; ++i) {
    const Handle file(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666));
    struct stat info {};
    if (!file || ::fstat(file.get(), &info) == -1) return std::perror("open"), false;
    ::unlink(path.c_str());
    if ((info.st_mode & 0777) != 0600) return true;
  }
  return false;
}

int main(int argc, char** argv) {
  const std::string how = argc > 1 ? argv[1] : "";
  if (how != "--safe" && how != "--unsafe") {
    std::puts(
        "ch01_umask: umask(2) cannot be read, only swapped; a file slips through the swap.\n"
        "usage: ch01_umask --safe | --unsafe");
    return how == "--help" ? 0 : 2;
  }
  if (!process::set_umask(077)) return 1;
  const bool unsafe = how == "--unsafe";
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) (void)(unsafe ? process::unsafe_read_umask() : process::read_umask());
  });
  const std::string path = "/tmp/ch01_umask." + std::to_string(::getpid());
  const bool slipped = a_file_slipped(unsafe ? 10'000'000 : 10'000, path);
  done = true;
  reader.join();
  std::printf("read %s: %s\n", unsafe ? "by swapping" : "from /proc",
              slipped ? "a file came out with 0666" : "every file came out with 0600");
}
