// Hostile: descriptors without end.
#include <unistd.h>
int main() {
  while (::dup(1) != -1) continue;
  ::sleep(60);
}
