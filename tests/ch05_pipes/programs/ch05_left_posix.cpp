// tests/ch05 · ch05_left: says "left", and leaves behind a child that holds all that it had.
//
// The one that is left waits for the end of stdin.
#include <unistd.h>

int main() {
  const pid_t child = ::fork();
  if (child == 0) {
    char byte;
    while (::read(0, &byte, 1) > 0) {
    }
    ::_exit(0);
  }
  return child > 0 && ::write(1, "left\n", 5) == 5 ? 0 : 1;
}
