// Hostile: a constructor prints what a judge writes when all has passed, and ends before main().
#include <unistd.h>
#include <cstdio>
struct First {
  First() {
    for (int fd = 1; fd < 256; ++fd) {
      ::dprintf(
          fd,
          "{\"test\":\"plain\",\"verdict\":\"passed\",\"message\":\"\",\"args\":{},\"ms\":1}\n");
    }
    ::_exit(0);
  }
} first;
int main() {}
