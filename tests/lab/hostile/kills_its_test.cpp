// Hostile: says that all has passed, and kills who started it and knows better.
#include <unistd.h>
#include <csignal>
#include <cstdio>
int main() {
  std::puts("{\"test\":\"plain\",\"verdict\":\"passed\",\"message\":\"\",\"args\":{},\"ms\":1}");
  std::fflush(stdout);
  ::kill(::getppid(), SIGKILL);
}
