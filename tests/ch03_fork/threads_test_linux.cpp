// tests/ch03 · glibc's courtesy: its fork() takes malloc's locks, and gives them back in both.
#include <atomic>
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "chapters/ch03_fork/copy.h"

using namespace proclab;

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(ForkThreads, GlibcRepairsItsOwnMalloc) {
  std::atomic<bool> done = false;
  std::thread busy([&] {  // in malloc at nearly every moment, and so at most of the forks
    while (!done) std::free(std::malloc(100'000));
  });
  for (int i = 0; i < 200; ++i) {
    Result<fork::Copy> copy = fork::start_copy([] {
      ::alarm(20);  // a lock left behind would end the child by SIGALRM, not hang the test
      for (std::size_t size = 16; size < 1 << 20; size *= 2) {
        void* volatile block = std::malloc(size);
        std::free(block);
      }
      return 0;
    });
    EXPECT_TRUE(copy && *copy->wait() == (fork::CopyEnd{0, 0}));
  }
  done = true;
  busy.join();
}
#else
TEST(ForkThreads, GlibcRepairsItsOwnMalloc) {
  GTEST_SKIP() << "a sanitizer's malloc, or another library's, makes no such promise";
}
#endif
