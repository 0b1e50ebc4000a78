// Hostile: output without end.
#include <unistd.h>
int main() {
  static char zeros[65536];
  for (;;) (void)!::write(1, zeros, sizeof zeros);
}
