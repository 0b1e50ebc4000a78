// Hostile: memory, by sixteen children, each under any limit of its own.
#include <unistd.h>
#include <cstdlib>
#include <cstring>
int main() {
  for (int i = 0; i < 15 && ::fork() != 0; ++i) continue;
  for (int i = 0; i < 64; ++i) {
    void* part = std::malloc(8U << 20U);
    if (part != nullptr) std::memset(part, 1, 8U << 20U);
  }
  ::sleep(60);
}
