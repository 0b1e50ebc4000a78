// Chapter 5 · capacity: how much does a pipe hold before its writer must wait?
//
// Look for: 64 KiB, but in pages: writes of 3000 bytes do not share one, and a quarter of the room
// stays empty. It can be changed, to a power of two of pages; but not to less than what is in it.
//
// Run: ch05_capacity
#include <cstdio>
#include <cstring>
#include <string>

#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"

using namespace proclab;
using pipes::Pipe;

/// Writes blocks of `size` until one does not fit any more; the bytes that did.
static std::size_t fill(const Pipe& pipe, std::size_t size) {
  const std::string block(size, 'x');
  std::size_t all = 0;
  for (ssize_t count = 0; (count = ::write(pipe.write.get(), block.data(), size)) > 0;) {
    all += static_cast<std::size_t>(count);
  }
  return all;
}

static std::string text(const Result<std::size_t>& size) {
  return size ? std::to_string(*size) : size.error().message();
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch05_capacity\nFills pipes and changes their size."), 0;
  }
  std::puts("writes of   fit in");
  for (const std::size_t size : {1, 100, 3000, 4096}) {
    const Result<Pipe> pipe = pipes::make_pipe(pipes::Async::write);
    if (!pipe) return std::puts(pipe.error().message().c_str()), 1;
    std::printf("%9zu   %6zu\n", size, fill(*pipe, size));
  }
  //> change
  const Result<Pipe> pipe = pipes::make_pipe(pipes::Async::write);
  if (!pipe) return 1;
  const int end = pipe->write.get();
  std::printf("capacity:                %s\n", text(pipes::capacity(end)).c_str());
  std::printf("asked for 100000:        %s\n", text(pipes::set_capacity(end, 100'000)).c_str());
  std::printf("asked for 1:             %s\n", text(pipes::set_capacity(end, 1)).c_str());
  std::printf("asked for 1048576:       %s\n", text(pipes::set_capacity(end, 1 << 20)).c_str());
  std::printf("filled with:             %zu\n", fill(*pipe, 4096));
  std::printf("asked for 4096, full:    %s\n", text(pipes::set_capacity(end, 4096)).c_str());
  //< change
  return 0;
}
