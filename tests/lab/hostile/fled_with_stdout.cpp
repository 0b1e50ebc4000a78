// Hostile: setsid and a double fork, and stdout stays open: who waits for its end waits for an hour.
#include <unistd.h>
int main() {
  if (::fork() != 0) return 0;
  ::setsid();
  if (::fork() != 0) return 0;
  ::sleep(3600);
}
