// Caught: three_lines extra
// The child does not end where it should: it goes on as a second parent.
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
  }

  while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  std::printf("parent waited\n");
}
