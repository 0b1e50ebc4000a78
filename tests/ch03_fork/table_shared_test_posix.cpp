// tests/ch03 · the table's second part: what parent and child go on sharing. What one of them does
// reaches the other.
#include <atomic>
#include <cerrno>
#include <new>

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/mman.h>

#include "tests/ch03_fork/told.h"

using namespace proclab;
using test::told;

namespace {

struct SharedPage {
  void* at = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ~SharedPage() { ::munmap(at, 4096); }
};

bool locked_against(const Handle& other) {  // `other` is a description of its own
  if (::flock(other.get(), LOCK_EX | LOCK_NB) == -1) return errno == EWOULDBLOCK;
  ::flock(other.get(), LOCK_UN);
  return false;
}

}  // namespace

TEST(ForkTable, SharedMappingIsShared) {
  const SharedPage page;
  auto* const number = new (page.at) std::atomic<int>(1);
  told([&](int) { *number = 2; });
  EXPECT_EQ(number->load(), 2);
}

TEST(ForkTable, ASharedMutexInASharedMappingIsOneMutex) {
  const SharedPage page;
  auto* const mutex = static_cast<pthread_mutex_t*>(page.at);
  pthread_mutexattr_t kind;
  ::pthread_mutexattr_init(&kind);
  ::pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
  ::pthread_mutex_init(mutex, &kind);
  ::pthread_mutexattr_destroy(&kind);

  EXPECT_EQ(told([&](int out) {
              ::pthread_mutex_lock(mutex);
              // A second process finds it locked: it is one lock, not one each.
              ::dprintf(out, "%s", told([&](int inner) {
                                     ::dprintf(inner, "%d", ::pthread_mutex_trylock(mutex));
                                   }).c_str());
              ::pthread_mutex_unlock(mutex);
            }),
            std::to_string(EBUSY));
  EXPECT_EQ(::pthread_mutex_trylock(mutex), 0);
  ::pthread_mutex_unlock(mutex);
  ::pthread_mutex_destroy(mutex);
}

TEST(ForkTable, OffsetIsShared) {
  const Handle file = test::scratch_file("abcdefgh");
  EXPECT_EQ(told([&](int out) { ::dprintf(out, "%s", test::read_some(file.get(), 4).c_str()); }),
            "abcd");
  EXPECT_EQ(test::read_some(file.get(), 4), "efgh");
}

TEST(ForkTable, StatusFlagsAreShared) {
  const Handle file = test::scratch_file("");
  told([&](int) { ::fcntl(file.get(), F_SETFL, O_NONBLOCK | O_APPEND); });
  EXPECT_EQ(::fcntl(file.get(), F_GETFL) & (O_NONBLOCK | O_APPEND), O_NONBLOCK | O_APPEND);
}

TEST(ForkTable, APipeEndsOnlyWhenEveryCopyOfItsWriterIsClosed) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Handle reader(ends[0]);
  Handle writer(ends[1]);
  ASSERT_EQ(::fcntl(reader.get(), F_SETFL, O_NONBLOCK), 0);
  {
    Result<fork::Copy> copy = fork::start_copy([] { return ::pause(); });
    ASSERT_TRUE(copy);
    writer.close();
    char byte = 0;
    EXPECT_EQ(::read(reader.get(), &byte, 1), -1) << "the child's copy does not keep it open";
    EXPECT_EQ(errno, EAGAIN);
  }  // killed and reaped here
  char byte = 0;
  EXPECT_EQ(::read(reader.get(), &byte, 1), 0);
}

TEST(ForkTable, FlockIsShared) {
  char path[] = "/tmp/ch03_flock.XXXXXX";
  const Handle mine(::mkstemp(path));
  const Handle other(::open(path, O_RDWR | O_CLOEXEC));
  ::unlink(path);
  ASSERT_EQ(::flock(mine.get(), LOCK_EX), 0);
  EXPECT_TRUE(locked_against(other));
  told([&](int) { ::close(mine.get()); });
  EXPECT_TRUE(locked_against(other)) << "closing one copy must not unlock";
  told([&](int) { ::flock(mine.get(), LOCK_UN); });
  EXPECT_FALSE(locked_against(other)) << "the child's unlock must unlock the parent's lock";
}
