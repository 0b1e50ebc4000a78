// Hostile: types a command into the terminal of whoever grades it, to be run when it has ended.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <initializer_list>
int main() {
  const int tty = ::open("/dev/tty", O_RDWR);
  int worked = 0;
  for (int fd : {tty, 0, 1, 2}) {
    for (const char* c = "touch owned\n"; *c != 0; ++c) worked += ::ioctl(fd, TIOCSTI, c) == 0;
  }
  return worked > 0 ? 0 : 9;
}
