// Hostile: a loop that ignores SIGTERM and SIGXCPU.
#include <csignal>
int main() {
  for (int signal = 1; signal < 65; ++signal) ::signal(signal, SIG_IGN);
  for (volatile int i = 0;; ++i) continue;
}
