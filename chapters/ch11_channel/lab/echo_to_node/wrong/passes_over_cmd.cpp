// Caught: internal passed_over
// Whatever has a cmd is taken for Node's own.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

// Whether a text is one of Node's own.
bool is_internal(std::string_view text) {
  constexpr std::string_view start = "{\"cmd\":\"NODE_";
  return text.starts_with(start.substr(0, 8));
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    if (n == -1 && errno != EINTR) return false;
  }
  return true;
}

int main() {
  ::signal(SIGPIPE, SIG_IGN);
  const char* number = std::getenv("NODE_CHANNEL_FD");
  if (number == nullptr) return 1;  // nobody forked us
  const int channel = std::atoi(number);
  std::string text;
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(channel, buffer, sizeof buffer);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) return n == 0 ? 0 : 1;
    text.append(buffer, static_cast<std::size_t>(n));
    std::size_t start = 0;
    for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
      const std::string message = text.substr(start, end - start);
      if (is_internal(message)) continue;
      if (!write_all(channel, "{\"echo\":" + message + "}\n")) return 0;
    }
    text.erase(0, start);
  }
}
