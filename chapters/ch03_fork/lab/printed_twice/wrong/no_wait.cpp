// Caught: waits too_early
// The parent says that it waited.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const char* word = argc > 1 ? argv[1] : "hello";
  std::printf("parent %s\n", word);
  std::fflush(stdout);

  const pid_t child = ::fork();
  if (child == 0) {
    std::printf("child %s\n", word);
    std::exit(0);
  }

  std::printf("parent waited\n");
}
