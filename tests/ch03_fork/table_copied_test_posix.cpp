// tests/ch03 · the table's first part: what the child gets a copy of. The two are equal at the
// fork, and from then on what one does to its own does not reach the other.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/ch03_fork/told.h"
#include "tests/support/run.h"

using namespace proclab;
using test::told;

TEST(ForkTable, MemoryIsCopiedAndThenSeparate) {
  volatile int number = 1;
  EXPECT_EQ(told([&](int out) {
              ::dprintf(out, "%d ", number);
              number = 2;
              ::dprintf(out, "%d", number);
            }),
            "1 2");
  EXPECT_EQ(number, 1);
}

TEST(ForkTable, WorkingDirectoryIsCopied) {
  const std::string before = std::filesystem::current_path();
  EXPECT_EQ(told([](int out) {
              ::dprintf(out, "%s ", std::filesystem::current_path().c_str());
              if (::chdir("/") == 0) ::dprintf(out, "%s", std::filesystem::current_path().c_str());
            }),
            before + " /");
  EXPECT_EQ(std::filesystem::current_path(), before);
}

TEST(ForkTable, UmaskIsCopied) {
  const mode_t before = ::umask(027);
  EXPECT_EQ(told([](int out) { ::dprintf(out, "%o", static_cast<unsigned>(::umask(0))); }), "27");
  EXPECT_EQ(::umask(before), mode_t{027});
}

TEST(ForkTable, EnvironmentIsCopied) {
  ::setenv("CH03_FORK", "parent", 1);
  EXPECT_EQ(told([](int out) {
              ::dprintf(out, "%s", std::getenv("CH03_FORK"));
              ::setenv("CH03_FORK", "child", 1);
            }),
            "parent");
  EXPECT_STREQ(std::getenv("CH03_FORK"), "parent");
  ::unsetenv("CH03_FORK");
}

TEST(ForkTable, LimitsAreCopied) {
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(told([&](int out) {
              struct rlimit limit {};
              ::getrlimit(RLIMIT_NOFILE, &limit);
              limit.rlim_cur == before.rlim_cur ? ::dprintf(out, "same") : 0;
              limit.rlim_cur = 64;
              ::setrlimit(RLIMIT_NOFILE, &limit);
            }),
            "same");
  struct rlimit after {};
  ::getrlimit(RLIMIT_NOFILE, &after);
  EXPECT_EQ(after.rlim_cur, before.rlim_cur);
}

TEST(ForkTable, NiceIsCopied) {
  const std::string levels = told([](int out) {
    ::setpriority(PRIO_PROCESS, 0, 7);
    ::dprintf(out, "%s", told([](int inner) {
                           ::dprintf(inner, "%d", ::getpriority(PRIO_PROCESS, 0));
                           ::setpriority(PRIO_PROCESS, 0, 9);
                         }).c_str());
    ::dprintf(out, " %d", ::getpriority(PRIO_PROCESS, 0));
  });
  EXPECT_EQ(levels, "7 7");
}

TEST(ForkTable, UserAndGroupAreCopied) {
  EXPECT_EQ(told([](int out) { ::dprintf(out, "%u %u", ::getuid(), ::getgid()); }),
            std::to_string(::getuid()) + " " + std::to_string(::getgid()));
}

TEST(ForkTable, SessionAndGroupAreCopied) {
  EXPECT_EQ(told([](int out) {
              ::dprintf(out, "%d %d", ::getsid(0), ::getpgrp());
              if (::setsid() == ::getpid()) ::dprintf(out, " left");
            }),
            std::to_string(::getsid(0)) + " " + std::to_string(::getpgrp()) + " left");
}

TEST(ForkTable, SignalMaskIsCopied) {
  sigset_t usr1;
  sigset_t before;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  ASSERT_EQ(::sigprocmask(SIG_BLOCK, &usr1, &before), 0);
  EXPECT_EQ(told([&](int out) {
              sigset_t now;
              ::sigprocmask(SIG_UNBLOCK, &usr1, &now);
              ::dprintf(out, "%d", sigismember(&now, SIGUSR1));
            }),
            "1");
  sigset_t after;
  ::sigprocmask(SIG_SETMASK, &before, &after);
  EXPECT_EQ(sigismember(&after, SIGUSR1), 1) << "the child's unblocking reached the parent";
}

TEST(ForkTable, DispositionsAreCopied) {
  // In a copy of our own, so that this process's dispositions stay as they are.
  EXPECT_EQ(told([](int out) {
              ::signal(SIGUSR1, SIG_IGN);
              ::signal(SIGUSR2, [](int) {});
              ::dprintf(out, "%s", told([](int inner) {
                                     const bool ignored = ::signal(SIGUSR1, SIG_DFL) == SIG_IGN;
                                     ::raise(SIGUSR2);  // its default would kill
                                     ::dprintf(inner, ignored ? "ignored handled" : "lost");
                                   }).c_str());
              if (::signal(SIGUSR1, SIG_IGN) == SIG_IGN) ::dprintf(out, " kept");
            }),
            "ignored handled kept");
}

TEST(ForkTable, StdioBufferIsCopied) {
  const Handle file = test::scratch_file("");
  std::FILE* const stream = ::fdopen(::dup(file.get()), "w");
  ASSERT_NE(stream, nullptr);
  std::fputs("once\n", stream);  // stands in the stream's buffer, which is memory
  told([&](int) { std::fflush(stream); });
  std::fclose(stream);
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
  EXPECT_EQ(test::read_some(file.get(), 100), "once\nonce\n");
}

TEST(ForkTable, StdioBufferIsWrittenOnceAfterAFlushOrUnderscoreExit) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer's own _exit() flushes stdio";
#endif
  const std::string demo = test::program("ch03_twice");
  EXPECT_EQ(test::run({demo}).out, "printed once, before fork()\nprinted once, before fork()\n");
  EXPECT_EQ(test::run({demo, "--flush"}).out, "printed once, before fork()\n");
  EXPECT_EQ(test::run({demo, "--underscore"}).out, "printed once, before fork()\n");
}

TEST(ForkTable, AtexitHandlersAreCopied) {
  const std::string out = test::run({test::program("ch03_twice"), "--atexit"}).out;
  int first = 0;
  int second = 0;
  ASSERT_EQ(std::sscanf(out.c_str(), "atexit handler runs in %d atexit handler runs in %d", &first,
                        &second),
            2)
      << out;
  EXPECT_NE(first, second);
}

TEST(ForkTable, ALockedMutexIsCopiedLocked) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  ::pthread_mutex_lock(&mutex);
  EXPECT_EQ(told([&](int out) { ::dprintf(out, "%d", ::pthread_mutex_trylock(&mutex)); }),
            std::to_string(EBUSY));
  ::pthread_mutex_unlock(&mutex);
}

TEST(ForkTable, DescriptorsAreCopied) {
  const Handle file = test::scratch_file("text");
  EXPECT_EQ(told([&](int out) { ::dprintf(out, "%d", ::close(file.get())); }), "0");
  EXPECT_EQ(test::read_some(file.get(), 4), "text") << "the child's close reached the parent";
}

TEST(ForkTable, CloseOnExecIsCopiedAndThenSeparate) {
  const Handle file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(told([&](int out) {
              ::dprintf(out, "%d", ::fcntl(file.get(), F_GETFD));
              ::fcntl(file.get(), F_SETFD, 0);
            }),
            std::to_string(FD_CLOEXEC));
  EXPECT_EQ(::fcntl(file.get(), F_GETFD), FD_CLOEXEC);
}
