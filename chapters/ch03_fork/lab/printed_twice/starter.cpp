// Chapter 3 · printed_twice: a line that is printed once, and comes out twice.
//
// Run it on your terminal: three lines. Run it as `… | cat`: four. Find out why, and mend it. The
// program gets a word, and prints, wherever its output goes:
//
//   parent WORD        once, by the parent, before it forks
//   child WORD         once, by the child
//   parent waited      once, by the parent, when the child has ended
//
// The child's line stays the child's: printf() in the child, no other function for it.
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
    std::exit(0);
  }

  while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  std::printf("parent waited\n");
}
