// Chapter 3 · fork: memory is shared until somebody writes, and the kernel's numbers show it.
//
// Look for: right after fork() no page is anybody's own. Reading changes nothing. Writing costs one
// page fault a page, and the last line says who else pays: the parent, for its own memory.
//
// Run: ch03_cow
// Run: ch03_cow --mib 8
// Timeout: 60
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include "chapters/ch03_fork/copy.h"
#include "chapters/ch03_fork/pages_linux.h"

using namespace proclab;

namespace {

// In whole percent of the block's pages: other faults are few, and the page's size does not matter.
long percent(std::size_t part, const fork::Block& block) {
  return static_cast<long>(100 * part / block.pages());
}

void show(const char* when, const fork::Block& block, long faults) {
  const Result<fork::PageCount> now = block.count();
  if (!now) return static_cast<void>(::dprintf(1, "%s\n", now.error().message().c_str()));
  ::dprintf(1, "%-42s %4ld %%  %4ld %%  %4ld %%\n", when, percent(now->mine, block),
            percent(now->shared, block), percent(static_cast<std::size_t>(faults), block));
}

template <class Do>
long faults_of(Do&& act) {
  const long before = fork::minor_faults();
  act();
  return fork::minor_faults() - before;
}

int in_the_copy(fork::Block& block) {
  show("copy: after fork()", block, 0);
  volatile unsigned long sum = 0;
  show("copy: has read every page", block, faults_of([&] { sum = block.read_all(); }));
  show("copy: has written half of them", block,
       faults_of([&] { block.rewrite('b', block.pages() / 2); }));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view flag = argc > 1 ? argv[1] : "";
  std::size_t mib = 64;
  if (flag == "--mib" && argc == 3) {
    mib = std::strtoul(argv[2], nullptr, 10);
  } else if (argc > 1) {
    std::puts(
        "ch03_cow: pages that a copy shares, and what a write costs.\nusage: ch03_cow [--mib N]");
    return flag == "--help" ? 0 : 2;
  }
  Result<fork::Block> block = fork::Block::map((mib == 0 ? 1 : mib) << 20);
  if (!block) return std::fprintf(stderr, "%s\n", block.error().message().c_str()), 1;

  ::dprintf(1, "%3zu MiB, every page written once             own   shared  faults\n", mib);
  show("parent: before fork()", *block, 0);
  // The copy stops where it is, and the pipe is the gate: it ends only when our end closes.
  int gate[2];
  if (::pipe(gate) == -1) return std::perror("pipe"), 1;
  int done[2];
  if (::pipe(done) == -1) return std::perror("pipe"), 1;
  Result<fork::Copy> copy = fork::start_copy([&] {
    ::close(gate[1]);
    char byte = 0;
    in_the_copy(*block);
    ::close(done[1]);
    return static_cast<int>(::read(gate[0], &byte, 1));
  });
  if (!copy) return std::fprintf(stderr, "%s\n", copy.error().message().c_str()), 1;
  ::close(done[1]);
  char byte = 0;
  while (::read(done[0], &byte, 1) == -1) continue;

  show("parent: now", *block, 0);
  show("parent: has written every page", *block, faults_of([&] { block->rewrite('p'); }));
  ::close(gate[1]);
  return copy->wait() ? 0 : 1;
}
