// Caught: reports handler_printf
// The handler's printf() fills a buffer: nobody sees the line, and main's printf() would be broken by it.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <string>

#include <fcntl.h>
#include <unistd.h>

const char* word;

void on_signal(int signal) {
  if (signal == SIGTERM) {
    std::printf("bye\n");
    std::fflush(stdout);
    ::_exit(0);
  }
  std::printf("%s %d\n", word, signal - SIGRTMIN);
}

void handle(int signal) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(signal, &action, nullptr);
}

int main(int argc, char** argv) {
  word = argc > 1 ? argv[1] : "signal";
  for (int k = 0; k < 3; ++k) handle(SIGRTMIN + k);
  handle(SIGTERM);
  for (;;) ::pause();
}
