// tests/ch05 · ch05_loud: copies stdin to stdout, and as much again to stderr, a block at a time.
//
// Who drains only one of the two streams stops it for ever. Blocks are larger than a pipe.
#include <cerrno>

#include <unistd.h>

static bool put(int fd, const char* bytes, ssize_t size) {
  while (size > 0) {
    const ssize_t count = ::write(fd, bytes, static_cast<size_t>(size));
    if (count == -1 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= count;
  }
  return true;
}

int main() {
  static char block[256 * 1024];
  for (;;) {
    ssize_t size = 0;
    for (ssize_t count = 1; size < static_cast<ssize_t>(sizeof block); size += count) {
      count = ::read(0, block + size, sizeof block - static_cast<size_t>(size));
      if (count <= 0) break;
    }
    if (size == 0) return 0;
    if (!put(2, block, size) || !put(1, block, size)) return 1;  // stderr first: the mean order
  }
}
