// Chapter 2 · stdio: a program without a stdout, and the file that becomes it.
//
// Look for: stdout is closed, as `program >&-` does. A write gives EBADF, which is an honest error. But the
// next open() gets the lowest free number, which is 1: now printf writes into the program's own data
// file. The second run fills the empty slots with /dev/null first, and the file stays as it is.
//
// Run: ch02_closed
// Run: ch02_closed --fill
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch02_stdio/stream_kind.h"
#include "chapters/ch02_stdio/writer.h"
#include "platform/self.h"

int main(int argc, char** argv) {
  using namespace proclab;
  using namespace proclab::stdio;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "ch02_closed: closes stdout, opens a file, prints.\n"
               "usage: ch02_closed          the text lands in the file\n"
               "       ch02_closed --fill   the empty slot is filled first"),
           0;
  }
  // The story is told on stderr: stdout is what it is about.
  ::close(1);
  std::fprintf(stderr, "stdout is %s\n", to_string(classify(1)));
  const Result<bool> wrote = BlockingWriter(1).write("hello\n");
  std::fprintf(
      stderr, "write: %s\n",
      !wrote && wrote.error().code == std::errc::bad_file_descriptor ? "EBADF" : "worked?");
  if (mode == "--fill" && !fill_std_slots()) return 1;

  char path[] = "/tmp/ch02_closed.XXXXXX";
  const int data = ::mkstemp(path);  // UNSAFE without --fill: any open() now may give 1
  if (data == -1) return std::perror("mkstemp"), 1;
  ::unlink(path);
  std::fprintf(stderr, "the data file is descriptor %s\n", data == 1 ? "1" : "above 2");
  std::printf("3 records read\n");  // for the user; or so it was meant
  std::fflush(stdout);
  std::fprintf(stderr, "the data file has %ld bytes\n",
               static_cast<long>(::lseek(data, 0, SEEK_END)));
}
