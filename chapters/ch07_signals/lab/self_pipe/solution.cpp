// Chapter 7 · self_pipe: one way to do it.
//
// The pipe remembers what came, so there is no moment at which a signal could be missed; and write() is one of the few
// calls that a handler may make. O_NONBLOCK at its write end: a handler must not wait for the main that it interrupts.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <string>

#include <fcntl.h>
#include <unistd.h>

void small_pipe(int ends[2]);
void put(const std::string& text);
void handle(int signal);

int wake[2];

void on_signal(int signal) {
  const int before = errno;
  const char which = signal == SIGTERM ? 't' : static_cast<char>('0' + signal - SIGRTMIN);
  const ssize_t ignored =
      ::write(wake[1], &which, 1);  // EAGAIN: it is full, so main is woken anyway
  (void)ignored;
  errno = before;
}

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "signal";
  small_pipe(wake);
  ::fcntl(wake[1], F_SETFL, O_NONBLOCK);
  for (int k = 0; k < 3; ++k) handle(SIGRTMIN + k);
  handle(SIGTERM);
  for (;;) {
    char which = 0;
    if (::read(wake[0], &which, 1) != 1) continue;  // EINTR: a signal, and its byte is there now
    if (which == 't') break;
    put(word + " " + which + "\n");
  }
  put("bye\n");
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
