// Chapter 11 · echo_to_node: a child as Node.js knows it.
//
// A Node.js process that forks a child keeps a channel to it: a Unix stream socket, open in the
// child under the descriptor that the variable NODE_CHANNEL_FD names. On it go JSON texts, UTF-8,
// one a line, both ways. This program answers each message M with
//
//   {"echo":M}
//
// and a newline, at once and in order. Texts may come in parts, or several at once. Node's own
// messages, which look like {"cmd":"NODE_x…"} (their first key is cmd, and something stands behind
// NODE_), are not for us: no answer. {"cmd":"NODE_"} and {"cmd":"go"} are messages like any other.
// When the channel is at its end, Node has disconnected, or is gone: exit code 0. Nothing comes on
// stdin, and nothing goes to stdout.
//
// What stands here takes 3 for the channel: so it is, for most of Node's children.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include <unistd.h>

// Whether a text is one of Node's own.
bool is_internal(std::string_view text) {
  constexpr std::string_view start = "{\"cmd\":\"NODE_";
  return text.starts_with(start) && text.size() > start.size() && text[start.size()] != '"';
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
  const int channel = 3;
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
      if (!write_all(channel, "{\"echo\":" + message + "}\n")) return 0;
    }
    text.erase(0, start);
  }
}
