// Caught: three_lines child_lost
// _exit() throws the copied line away, and the child's own line with it.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const char* word = argc > 1 ? argv[1] : "hello";
  std::printf("parent %s\n", word);

  const pid_t child = ::fork();
  if (child == 0) {
    std::printf("child %s\n", word);
    ::_exit(0);
  }

  while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  std::printf("parent waited\n");
}
