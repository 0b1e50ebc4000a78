// Caught: three_lines wrong_writer
// Three right lines, but the child says nothing.
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
    ::_exit(0);
  }

  while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  std::printf("child %s\nparent waited\n", word);
}
