// Hostile: setsid and a double fork, with nothing open: nobody waits for it, and it stays.
#include <unistd.h>
int main() {
  if (::fork() != 0) return 0;
  ::setsid();
  if (::fork() != 0) return 0;
  for (int fd = 0; fd < 256; ++fd) ::close(fd);
  ::sleep(3600);
}
