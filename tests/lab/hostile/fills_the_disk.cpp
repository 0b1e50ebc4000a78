// Hostile: files without end, each under the size limit.
#include <fcntl.h>
#include <unistd.h>
#include <cstdio>
int main() {
  static char zeros[1U << 20U];
  for (int i = 0; i < 100000; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "fill-%d", i);
    const int file = ::open(name, O_WRONLY | O_CREAT, 0644);
    for (int n = 0; n < 16; ++n) {
      if (::write(file, zeros, sizeof zeros) == -1) return 0;
    }
    ::close(file);
  }
}
