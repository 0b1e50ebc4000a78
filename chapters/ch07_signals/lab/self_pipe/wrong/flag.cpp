// Caught: none_lost lost
// A flag for each signal: five that come together are one.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <string>

#include <fcntl.h>
#include <unistd.h>

void put(const std::string& text);
void handle(int signal);

volatile sig_atomic_t came[3], over;

void on_signal(int signal) {
  if (signal == SIGTERM) {
    over = 1;
  } else {
    came[signal - SIGRTMIN] = 1;
  }
}

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "signal";
  for (int k = 0; k < 3; ++k) handle(SIGRTMIN + k);
  handle(SIGTERM);
  while (over == 0) {
    bool none = true;
    for (int k = 0; k < 3; ++k) {
      if (came[k] == 0) continue;
      came[k] = 0;
      none = false;
      put(word + " " + std::to_string(k) + "\n");
    }
    if (none) ::pause();
  }
  put("bye\n");
}

// From here on nothing needs a change.

void handle(int signal) {
  struct sigaction action {};
  action.sa_handler = on_signal;  // and no SA_RESTART: a signal interrupts what waits
  ::sigaction(signal, &action, nullptr);
}

// A moment. clock_nanosleep() leaves errno alone, also when a signal ends it.
void rest() {
  const timespec moment{0, 20000000};
  ::clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
}

// All of the text is written, or the program ends and says why.
void put(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(1, text.data() + done, text.size() - done);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
      continue;
    }
    rest();  // so that signals come between the call and the look at errno, too
    if (errno == EINTR) continue;
    std::perror("write");
    ::_exit(1);
  }
}
