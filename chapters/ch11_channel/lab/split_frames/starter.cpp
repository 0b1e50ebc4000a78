// Chapter 11 · split_frames: a stream has no messages, only bytes.
//
// The program is called as
//
//   split_frames LIMIT
//
// Messages come on its standard input, one a line: JSON, UTF-8, and a newline behind each, as a
// Node.js parent sends them. It prints, and flushes before it waits for more:
//
//   frame BYTES TEXT     a message: how long it is without its newline, and itself
//   bad BYTES            a message that is no UTF-8
//   too long             a message of more than LIMIT bytes: then it exits with code 2, and does
//                        not wait for the end of that line, which may never come
//   cut BYTES            the input has ended in the middle of a message; exit code 0
//
// What one read() gives may be half a message or three and a half; it may even end inside a
// character. What stands here takes each read() for a message.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

// Whether all of it is UTF-8: each character is there to its last byte. (Overlong forms pass.)
bool valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at++]);
    int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (more == -1 || first > 0xF4) return false;
    for (; more > 0; --more, ++at) {
      if (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

void print_frame(const std::string& frame) {
  if (valid_utf8(frame)) {
    std::printf("frame %zu %s\n", frame.size(), frame.c_str());
  } else {
    std::printf("bad %zu\n", frame.size());
  }
  std::fflush(stdout);
}

int too_long() {
  std::printf("too long\n");
  return 2;
}

int main(int argc, char** argv) {
  const std::size_t limit = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 65536;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(0, buffer, sizeof buffer);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) return n == 0 ? 0 : 1;
    std::string frame(buffer, static_cast<std::size_t>(n));
    if (frame.back() == '\n') frame.pop_back();
    if (frame.size() > limit) return too_long();
    print_frame(frame);
  }
}
