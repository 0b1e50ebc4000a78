// Chapter 3 · fork: three forks in a row make eight processes.
//
// Look for: each process that fork() made runs the rest of the loop itself, so every round doubles
// them. The indent is the depth. The two counters: one was copied, one is shared.
//
// Run: ch03_tree
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <new>
#include <string_view>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts("ch03_tree: three forks in a row make eight processes.\nusage: ch03_tree");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  void* const page = ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return std::perror("mmap"), 1;
  auto* const shared = new (page) std::atomic<int>(1);  // the same page in all of the processes
  int copied = 1;                                       // a page of their own, once they write

  int depth = 0;
  ::dprintf(1, "%d starts\n", static_cast<int>(::getpid()));
  for (int round = 1; round <= 3; ++round) {
    const pid_t child = ::fork();
    if (child == -1) return std::perror("fork"), 1;
    if (child == 0) {
      ++depth;
      ++copied;
      ++*shared;
      ::dprintf(1, "%*s%d in round %d, child of %d\n", 4 * depth, "", static_cast<int>(::getpid()),
                round, static_cast<int>(::getppid()));
      continue;  // the child goes on with the loop, as its parent does
    }
    // Waiting here, in the loop, is what puts the lines in order: a child's whole branch is done
    // before its parent forks again.
    while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
  }
  if (depth > 0) ::_exit(0);
  ::dprintf(1, "counted in the shared page: %d; in the copied one: %d\n", shared->load(), copied);
}
