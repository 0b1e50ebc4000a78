// Chapter 10 · mini_loop: one thread, several inputs and a timer.
//
// The program is called as
//
//   mini_loop MS COUNT
//
// and gets COUNT inputs, descriptors 3, 4, 5 and so on: pipes that others write to when they like,
// and close when they like. It prints, and flushes at once:
//
//   N: LINE      as soon as a whole line has come on descriptor N; a line may come in parts
//   tick         every MS milliseconds, whether something comes or not
//   end          when all inputs are at their end; then it exits with code 0
//
// One thread, one process. It never waits for one input alone, and while nothing happens it sleeps.
// What stands here waits for its inputs in turn: whoever is silent silences the others.
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

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::vector<Input> inputs;
  for (int n = 0; n < std::atoi(argv[2]); ++n) inputs.push_back({3 + n, "", true});
  for (std::size_t open = inputs.size(); open > 0;) {
    open = 0;
    for (Input& input : inputs) {
      if (input.open) take(input);
      if (input.open) ++open;
    }
  }
  std::printf("end\n");
}
