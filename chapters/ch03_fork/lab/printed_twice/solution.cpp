// Chapter 3 · printed_twice: one way to do it.
//
// Into a pipe printf() only fills a buffer, and fork() copies it: what is in there comes out of both
// processes. So the buffer is emptied before there are two of it.
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const char* word = argc > 1 ? argv[1] : "hello";
  std::printf("parent %s\n", word);
  std::fflush(stdout);  // or fork() copies the line

  const pid_t child = ::fork();
  if (child == 0) {
    std::printf("child %s\n", word);
    std::exit(0);
  }

  while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  std::printf("parent waited\n");
}
