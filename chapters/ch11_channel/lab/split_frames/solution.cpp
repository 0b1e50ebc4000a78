// Chapter 11 · split_frames: one way to do it.
//
// What came goes behind what was left. Whole lines are taken from the front, and only a whole line
// is looked at as text; what is left over has the same limit as a line, or it would grow for ever.
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
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(0, buffer, sizeof buffer);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) {
      if (!text.empty()) std::printf("cut %zu\n", text.size());
      return n == 0 ? 0 : 1;
    }
    text.append(buffer, static_cast<std::size_t>(n));
    std::size_t start = 0;
    for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
      if (end - start > limit) return too_long();
      print_frame(text.substr(start, end - start));
    }
    text.erase(0, start);
    if (text.size() > limit) return too_long();
  }
}
