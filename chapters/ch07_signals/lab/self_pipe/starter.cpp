// Chapter 7 · self_pipe: the handler says that a signal came; main does what is to be done.
//
// `self_pipe WORD` handles the real-time signals SIGRTMIN, SIGRTMIN + 1 and SIGRTMIN + 2, and prints for each one that
// comes the line "WORD K", K being 0, 1 or 2. Real-time signals are queued: five of them are five lines. On SIGTERM it
// prints "bye" and ends with 0.
//
// A signal comes at any moment: in the middle of put(), of malloc(), between any two lines of main. The starter prints
// in its handler, which may do next to nothing (man 7 signal-safety). So:
//
//   - The handler writes one byte into a pipe, and that is all. main waits at the other end, and prints.
//   - No signal is lost: also not one that comes while main prints, and waits for whoever reads its output.
//   - Nobody reads the pipe for a long time, and it is full: then the handler drops its byte. It never waits.
//   - The code that was interrupted finds errno as it was.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <string>

#include <fcntl.h>
#include <unistd.h>

std::string word;

void small_pipe(int ends[2]);
void put(const std::string& text);
void handle(int signal);

void on_signal(int signal) {
  if (signal == SIGTERM) {
    put("bye\n");
    ::_exit(0);
  }
  put(word + " " + std::to_string(signal - SIGRTMIN) + "\n");
}

int main(int argc, char** argv) {
  word = argc > 1 ? argv[1] : "signal";
  for (int k = 0; k < 3; ++k) handle(SIGRTMIN + k);
  handle(SIGTERM);
  for (;;) ::pause();
}

// From here on nothing needs a change.

// The two ends of a small pipe: 4,096 bytes, and it is full.
void small_pipe(int ends[2]) {
  if (::pipe2(ends, O_CLOEXEC) == -1 || ::fcntl(ends[1], F_SETPIPE_SZ, 4096) == -1) ::_exit(3);
}

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
