// tests/ch07 · sleeper [--ignore-term]: prints "ready", and then does nothing, for ever.
#include <csignal>
#include <cstdio>
#include <cstring>
#include <future>

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--ignore-term") == 0) std::signal(SIGTERM, SIG_IGN);
  std::puts("ready");
  std::fflush(stdout);
  std::promise<void> never;
  never.get_future().wait();
}
