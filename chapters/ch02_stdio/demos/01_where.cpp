// Chapter 2 · stdio: where does this program's output go?
//
// Look for: the same program, the same three slots, and another answer when the caller connects them
// to something else. Try it in a terminal, then with `| cat`, `> file`, `2> /dev/null`.
//
// Run: ch02_where
#include <cstdio>
#include <cstring>

#include "chapters/ch02_stdio/stream_kind.h"

int main(int argc, char** argv) {
  using namespace proclab::stdio;
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("ch02_where: says what stdin, stdout and stderr are.\nusage: ch02_where"), 0;
  }
  const char* names[] = {"stdin", "stdout", "stderr"};
  for (int slot = 0; slot < 3; ++slot) {
    const StreamKind kind = classify(standard(slot));
    const char* stdio = slot == 0                    ? ""
                        : slot == 2                  ? "C stdio: each write at once"
                        : kind == StreamKind::tty    ? "C stdio: line by line"
                        : kind == StreamKind::closed ? ""
                                                     : "C stdio: a whole buffer at a time";
    std::printf("%d %-6s %-12s %s\n", slot, names[slot], to_string(kind), stdio);
  }
}
