// Chapter 10 · deadline_not_interval: at most so long, whatever comes in between.
//
// The program is called as
//
//   deadline_not_interval MS
//
// and waits for the line "stop" on its standard input, at most MS milliseconds from its start on:
//
//   stop comes in time      prints "stopped", exit code 0
//   the time is over        prints "timeout", exit code 3
//   the input ends first    prints "end", exit code 4
//
// Other lines are passed over. A line may come in parts. SIGUSR1 may come as often as it likes: it
// has a handler that does nothing, and it interrupts whatever waits. Neither lines, nor parts, nor
// signals make the time longer or shorter. While it waits, it sleeps.
//
// What stands here is an interval: so long since something came last.
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

  const int limit = std::atoi(argv[1]);
  std::string text;
  for (;;) {
    pollfd input{0, POLLIN, 0};
    const int ready = ::poll(&input, 1, limit);
    if (ready == 0) return say("timeout", 3);
    if (ready == -1) continue;  // EINTR: a signal
    char buffer[4096];
    const ssize_t n = ::read(0, buffer, sizeof buffer);
    if (n == 0) return say("end", 4);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    if (has_stop(text)) return say("stopped", 0);
  }
}
