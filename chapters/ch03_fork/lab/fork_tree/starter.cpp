// Chapter 3 · fork_tree: a tree of processes, of a given shape.
//
// `fork_tree 2 3` makes two children, each of which has three: 1 + 2 + 6 processes. `fork_tree 4` makes four.
//
//   - When all stand, the root, and nobody else, prints "ready". (How does it know? A pipe can tell it.)
//   - Then all live until stdin ends.
//   - Then each ends with exit code 0, and each parent waits for its children before it ends.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

// The ready pipe: every process of the tree holds the write end until its own children stand.
int ready_read, ready_write;

void wait_for_end_of_stdin() {
  char byte;
  while (true) {
    const ssize_t n = ::read(0, &byte, 1);
    if (n == 0 || (n == -1 && errno != EINTR)) return;
  }
}

void reap(const std::vector<pid_t>& children) {
  for (const pid_t child : children) {
    while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  }
}

// Makes the children of this level, and by them what is below.
std::vector<pid_t> grow(const std::vector<int>& widths, std::size_t level) {
  std::vector<pid_t> children;
  if (level == widths.size()) return children;
  for (int i = 0; i < widths[level]; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      grow(widths, level + 1);
    } else {
      children.push_back(child);
    }
  }
  return children;
}

int main(int argc, char** argv) {
  std::vector<int> widths;
  for (int i = 1; i < argc; ++i) widths.push_back(std::atoi(argv[i]));
  int ends[2];
  if (::pipe(ends) == -1) return 1;
  ready_read = ends[0], ready_write = ends[1];

  const std::vector<pid_t> children = grow(widths, 0);
  ::close(ready_write);
  char byte;
  while (::read(ready_read, &byte, 1) == -1 && errno == EINTR) continue;  // end of file: all stand
  std::puts("ready");
  std::fflush(stdout);
  wait_for_end_of_stdin();
  reap(children);
}
