// Hostile: memory without end, by one process.
#include <cstdlib>
#include <cstring>
int main() {
  for (;;) {
    void* part = std::malloc(8U << 20U);
    if (part != nullptr) std::memset(part, 1, 8U << 20U);
  }
}
