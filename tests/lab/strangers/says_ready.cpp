// Knows no exercise, but the line that some judges wait for: it says that, and waits for the end of its input.
#include <cstdio>

int main() {
  std::puts("ready");
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
}
