// Chapter 5 · torn: four processes write lines into one pipe. When do they stay whole?
//
// Look for: a line of up to PIPE_BUF bytes in *one* write is never torn, however many write at
// once. A longer one, or one in two writes, may have another's in its middle. A run in which none
// was torn would prove nothing.
//
// Run: ch05_torn
#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"

using namespace proclab;

static constexpr int kWriters = 4, kLines = 200;

/// A writer: lines of one letter, a line feed at the end.
[[noreturn]] static void write_lines(int out, char letter, std::size_t size, std::size_t piece) {
  std::string line(size, letter);
  line.back() = '\n';
  for (int i = 0; i < kLines; ++i) {
    for (std::size_t at = 0; at < size;) {
      const ssize_t count = ::write(out, line.data() + at, std::min(piece, size - at));
      if (count == -1) ::_exit(1);
      at += static_cast<std::size_t>(count);
    }
  }
  ::_exit(0);
}

/// Whether a line is what some writer wrote: of the right size, and of one letter.
static bool whole(const std::string& line, std::size_t size) {
  return line.size() + 1 == size && line.find_first_not_of(line.front()) == std::string::npos;
}

/// Four writers into one pipe; how many lines came out torn.
static int torn_lines(std::size_t size, std::size_t piece) {
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  if (!pipe) return std::puts(pipe.error().message().c_str()), 0;
  for (int i = 0; i < kWriters; ++i) {
    if (::fork() == 0) write_lines(pipe->write.get(), static_cast<char>('a' + i), size, piece);
  }
  pipe->write.close();
  const std::string all = pipes::read_all(pipe->read.get()).value();
  for (int i = 0; i < kWriters; ++i) ::wait(nullptr);
  int torn = 0;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\n', at), all.size());
    if (!whole(all.substr(at, end - at), size)) ++torn;
    at = end + 1;
  }
  return torn;
}

/// What must not happen is looked for ten times; what only may happen, until it does.
static void demo(const char* what, std::size_t size, std::size_t piece, int most) {
  int torn = 0;
  for (int round = 0; round < most && torn == 0; ++round) torn = torn_lines(size, piece);
  std::printf("%-32s %s\n", what, torn == 0 ? "none torn" : "torn");
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch05_torn\nLets four processes write lines into one pipe."), 0;
  }
  demo("PIPE_BUF bytes in one write:", PIPE_BUF, PIPE_BUF, 10);
  demo("PIPE_BUF bytes in two writes:", PIPE_BUF, PIPE_BUF / 2, 200);
  demo("PIPE_BUF + 1 bytes in one write:", PIPE_BUF + 1, PIPE_BUF + 1, 200);
  return 0;
}
