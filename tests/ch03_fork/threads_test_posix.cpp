// tests/ch03 · fork in a program with threads. Each child here keeps to async-signal-safe calls, or
// is the broken twin that shows what happens to one that does not.
#include <cerrno>
#include <semaphore>
#include <thread>

#include <pthread.h>

#include "tests/ch03_fork/told.h"
#include "tests/support/run.h"

using namespace proclab;

namespace {

// A mutex that another thread holds from here to the object's end.
class HeldElsewhere {
 public:
  HeldElsewhere() { held_.acquire(); }
  ~HeldElsewhere() {
    release_.release();
    holder_.join();
  }
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

 private:
  std::binary_semaphore held_{0};
  std::binary_semaphore release_{0};
  std::thread holder_{[this] {
    ::pthread_mutex_lock(&mutex);
    held_.release();
    release_.acquire();
    ::pthread_mutex_unlock(&mutex);
  }};
};

test::Ran demo(const std::string& how) { return test::run({test::program("ch03_threads"), how}); }

}  // namespace

TEST(ForkThreads, AMutexHeldByAnotherThreadStaysLockedInTheChild) {
  Result<fork::Copy> copy = [] {
    HeldElsewhere held;
    return fork::start_copy([&] { return ::pthread_mutex_trylock(&held.mutex) == EBUSY ? 3 : 4; });
  }();  // here the parent's mutex is free again; the child's never will be
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->wait()->code, 3);
}

TEST(ForkThreads, TheBrokenTwinHangs) {
  const std::string out = demo("broken").out;
  EXPECT_NE(out.find("Deadlock"), std::string::npos) << out;
  EXPECT_NE(out.find("killed and reaped"), std::string::npos) << out;
  EXPECT_EQ(out.find("child: has it"), std::string::npos) << out;
}

TEST(ForkThreads, ExecAtOnceIsAWayOut) {
  const std::string out = demo("exec").out;
  EXPECT_NE(out.find("a fresh program, its mutex is free"), std::string::npos) << out;
}

TEST(ForkThreads, ForkingBeforeThreadsIsAWayOut) {
  const std::string out = demo("before").out;
  EXPECT_NE(out.find("its mutex is free"), std::string::npos) << out;
}

TEST(ForkThreads, AtforkFreesTheMutexItKnowsAndNoOther) {
  const std::string out = demo("atfork").out;
  EXPECT_NE(out.find("our mutex is free"), std::string::npos) << out;
  EXPECT_NE(out.find("the library's mutex is locked"), std::string::npos) << out;
}
