// Hostile: all signals blocked, and asleep.
#include <unistd.h>
#include <csignal>
int main() {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  for (;;) ::sleep(3600);
}
