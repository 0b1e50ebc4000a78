// Caught: arrives wrong_place
// The number is sent as text: but a number means another file in each process.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

// Receives one byte and the descriptor that comes with it. -1: there came none.
int take(int channel) {
  char byte;
  (void)!::read(channel, &byte, 1);
  return 2;
}

// From here on nothing needs a change.

int main(int argc, char** argv) {
  const char* word = argc > 1 ? argv[1] : "hello";
  const int taken = take(3);
  if (taken == -1) {
    std::puts("none");
    return 1;
  }
  std::puts("taken");
  std::fflush(stdout);
  std::getchar();  // until the judge has looked
  if (::write(taken, word, std::strlen(word)) == -1) return 1;
  ::close(taken);
}
