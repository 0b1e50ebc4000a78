// Chapter 6 · take_descriptor: an open file comes through a socket.
//
// Descriptor 3 is a Unix-domain socket. One byte comes, and beside it an open descriptor, which take() returns: main()
// writes a word there. read() takes the byte, and drops the rest.
//
//   - take() returns the descriptor that came, or -1 when none did.
//   - It is close-on-exec from its first moment.
//   - Whoever sends more than one leaves none of the others open here.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

// Receives one byte and the descriptor that comes with it. -1: there came none.
int take(int channel) {
  char byte;
  (void)!::read(channel, &byte, 1);
  return -1;
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
