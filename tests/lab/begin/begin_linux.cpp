// tests/lab · begin: the last step inside the sandbox: it says that the sandbox stands, then runs what is judged.
//
//   lab_begin FD COMMAND [ARGUMENT]…
//
// Whoever started the sandbox holds the other end of FD. No byte there: bash, setpriv, prlimit or bwrap failed, and
// not the student. The byte comes before a stranger's first instruction, and FD is closed by exec, so no program can
// take it back. Chapter 4 reports a failed exec in the same way.
//
// Raw calls: fcntl, write, execvp.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: lab_begin FD COMMAND [ARGUMENT]...\n", stderr);
    return 2;
  }
  const int report = std::atoi(argv[1]);
  if (::fcntl(report, F_SETFD, FD_CLOEXEC) == -1 || ::write(report, "b", 1) != 1) {
    std::fprintf(stderr, "lab_begin: descriptor %s: %s\n", argv[1], std::strerror(errno));
    return 125;
  }
  ::execvp(argv[2], argv + 2);
  std::fprintf(stderr, "%s: %s\n", argv[2], std::strerror(errno));
  return 127;
}
