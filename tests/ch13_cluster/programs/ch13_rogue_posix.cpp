// tests/ch13 · a worker that does not behave: ch13_rogue WORD… [-- PROGRAM ARGS…]
//
//   any text     is written to the channel, as a line
//   @raw TEXT    is written as it is
//   @hear TEXT   reads the channel until TEXT has come
//   @die         ends at once, by SIGKILL
//   @flood N     writes N bytes of lines
//   @deaf        reads no more, and stays
//   @close       closes the channel
//   @stdin       waits for the end of its stdin
//   @exit N      ends
// After the words it reads until the channel ends, and answers nothing. With PROGRAM, only the first worker does
// so: every other becomes that program.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

namespace {

int channel_fd = 3;

void put(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t size = ::write(channel_fd, text.data() + at, text.size() - at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) std::_Exit(0);
    at += static_cast<std::size_t>(size);
  }
}

/// What comes, without the descriptors on it: the kernel closes those that nobody takes.
std::string take() {
  char room[65536];
  const ssize_t size = ::read(channel_fd, room, sizeof room);
  if (size <= 0) std::_Exit(0);
  return {room, static_cast<std::size_t>(size)};
}

void hear(const std::string& word) {
  static std::string heard;
  while (heard.find(word) == std::string::npos) heard += take();
  heard.erase(0, heard.find(word) + word.size());
}

void flood(std::size_t size) {
  std::string many;
  while (many.size() < 64 * 1024)
    many += R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})"
            "\n";
  for (; size > many.size(); size -= many.size()) put(many);
}

void await_stdin() {
  char room[64];
  while (::read(0, room, sizeof room) > 0) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  if (const char* const fd = std::getenv("NODE_CHANNEL_FD")) channel_fd = std::atoi(fd);
  const char* const id = std::getenv("NODE_UNIQUE_ID");
  int end = argc;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--") == 0) end = i;
  }
  if (end < argc && (id == nullptr || std::strcmp(id, "1") != 0)) {
    ::execv(argv[end + 1], argv + end + 1);
    return 127;
  }
  for (int i = 1; i < end; ++i) {
    const std::string word = argv[i];
    if (word == "@raw")
      put(argv[++i]);
    else if (word == "@hear")
      hear(argv[++i]);
    else if (word == "@die")
      ::kill(::getpid(), SIGKILL);
    else if (word == "@flood")
      flood(std::strtoul(argv[++i], nullptr, 10));
    else if (word == "@deaf")
      for (;;) ::pause();
    else if (word == "@close")
      ::close(channel_fd);
    else if (word == "@stdin")
      await_stdin();
    else if (word == "@exit")
      std::_Exit(std::atoi(argv[++i]));
    else
      put(word + "\n");
  }
  for (;;) (void)take();
}
