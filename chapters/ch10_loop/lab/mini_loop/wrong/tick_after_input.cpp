// Caught: timer no_tick
// It waits for input without a limit, and looks at the clock only when something has come.
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <poll.h>
#include <unistd.h>

struct Input {
  int fd;
  std::string text;  // what came behind the last newline
  bool open = true;
};

// Prints every whole line of `input`, and keeps the rest.
void print_lines(Input& input) {
  for (std::size_t end; (end = input.text.find('\n')) != std::string::npos;) {
    std::printf("%d: %s\n", input.fd, input.text.substr(0, end).c_str());
    input.text.erase(0, end + 1);
  }
  std::fflush(stdout);
}

// Takes what is there, or sees the end.
void take(Input& input) {
  char buffer[4096];
  const ssize_t n = ::read(input.fd, buffer, sizeof buffer);
  if (n > 0) input.text.append(buffer, static_cast<std::size_t>(n));
  if (n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN)) {
    ::close(input.fd);
    input.open = false;
  }
  print_lines(input);
}

using Clock = std::chrono::steady_clock;

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::chrono::milliseconds interval(std::atoi(argv[1]));
  std::vector<Input> inputs;
  for (int n = 0; n < std::atoi(argv[2]); ++n) inputs.push_back({3 + n, "", true});
  Clock::time_point next = Clock::now() + interval;
  for (;;) {
    std::vector<pollfd> polls;
    std::size_t open = 0;
    for (const Input& input : inputs) {
      polls.push_back({input.open ? input.fd : -1, POLLIN, 0});  // poll() passes over -1
      if (input.open) ++open;
    }
    if (open == 0) break;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    const int ready = ::poll(polls.data(), polls.size(), left > 0 ? -1 : 0);
    if (Clock::now() >= next) {
      std::printf("tick\n");
      std::fflush(stdout);
      next += interval;
    }
    for (std::size_t n = 0; ready > 0 && n < polls.size(); ++n) {
      if (polls[n].revents != 0) take(inputs[n]);
    }
  }
  std::printf("end\n");
}
