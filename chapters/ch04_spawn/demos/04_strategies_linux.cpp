// Chapter 4 · strategies: three ways to make a child, one contract.
//
// Look for: each child does the same. What differs is what the parent pays: after fork it shares each
// page with the copy, and its next write to one is a page fault (chapter 3 measures the time). And what
// can be said when a step fails: posix_spawn keeps that to itself.
//
// Run: ch04_strategies
#include <cstdio>
#include <cstring>

#include <sys/mman.h>
#include <sys/resource.h>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"

using namespace proclab;
using spawn::Strategy;

/// Minor page faults of this process so far: after fork() each first write to a page costs one, since
/// the page is shared until then.
static long faults() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

constexpr std::size_t kSize = 64 << 20;

/// A parent with something to copy, in small pages: with huge ones there would be fewer to count.
static char* touch_memory() {
  void* memory = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  ::madvise(memory, kSize, MADV_NOHUGEPAGE);
  return static_cast<char*>(std::memset(memory, 1, kSize));
}

static void show(const char* name, Strategy strategy, char* memory) {
  spawn::Options options{.file = "/bin/true", .strategy = strategy};
  Result<spawn::Process> child = spawn::start(options);
  if (!child) return void(std::printf("%s: %s\n", name, child.error().message().c_str()));
  const long before = faults();
  for (std::size_t i = 0; i < kSize; i += 4096) ++memory[i];
  const long after = faults() - before;
  const Result<spawn::ExitStatus> end = child->wait();
  std::printf("%-12s %s; then writing to 64 MiB again: %s page faults\n", name,
              end ? end->text().c_str() : end.error().message().c_str(),
              after > 10'000 ? "over 10,000"
              : after > 100  ? "some"
                             : "next to no");
  options.cwd = "/nowhere";
  child = spawn::start(options);
  std::printf("%-12s in a directory that is not there: %s\n", "",
              child ? "started" : child.error().message().c_str());
  if (child) (void)child->wait();
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch04_strategies\nStarts /bin/true by vfork, posix_spawn and fork."), 0;
  }
  if (!fill_std_slots()) return 125;
  char* const memory = touch_memory();
  if (memory == nullptr) return std::perror("mmap"), 1;
  show("vfork", Strategy::vfork, memory);
  show("posix_spawn", Strategy::posix_spawn, memory);
  show("fork", Strategy::fork, memory);
  return 0;
}
