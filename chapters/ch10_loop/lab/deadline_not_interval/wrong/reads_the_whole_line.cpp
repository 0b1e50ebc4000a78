// Caught: half_line reads_on
// poll() sees the first bytes of a line, and read() is called until the line is whole.
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <poll.h>
#include <unistd.h>

int say(const char* word, int code) {
  std::printf("%s\n", word);
  return code;
}

// Whether "stop" is among the whole lines of `text`; takes them out.
bool has_stop(std::string& text) {
  for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
    if (text.compare(0, end, "stop") == 0) return true;
  }
  return false;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &action, nullptr);

  using Clock = std::chrono::steady_clock;  // a wall clock can be set back
  const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(std::atoi(argv[1]));
  std::string text;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return say("timeout", 3);
    pollfd input{0, POLLIN, 0};
    const int ready = ::poll(&input, 1, static_cast<int>(left));
    if (ready <= 0) continue;  // the clock says which it was
    char buffer[4096];
    const ssize_t n = ::read(0, buffer, sizeof buffer);
    if (n == 0) return say("end", 4);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (!text.empty() && text.back() != '\n') {
      while (::read(0, buffer, 1) == 1 && buffer[0] != '\n') text += buffer[0];
      text += '\n';
    }
    if (has_stop(text)) return say("stopped", 0);
  }
}
