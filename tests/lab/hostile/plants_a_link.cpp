// Hostile: links where a grader might read or write.
#include <initializer_list>

#include <unistd.h>
int main() {
  for (const char* name : {"results.json", "progress.json", "out", "a", "x"}) {
    (void)!::symlink("/etc/shadow", name);
  }
  return 0;
}
