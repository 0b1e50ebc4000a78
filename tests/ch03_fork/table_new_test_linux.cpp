// tests/ch03 · the table's third part, for what only Linux has, or only Linux shows.
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <time.h>

#include "tests/ch03_fork/told.h"
#include "tests/support/gate.h"

using namespace proclab;
using test::told;

namespace {

std::string status_field(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":"))
      return line.substr(line.find_first_not_of(" \t", name.size() + 1));
  }
  return "?";
}

}  // namespace

TEST(ForkTable, PosixTimersAreNotInherited) {
  timer_t timer{};
  struct sigevent quiet {};
  quiet.sigev_notify = SIGEV_NONE;
  ASSERT_EQ(::timer_create(CLOCK_MONOTONIC, &quiet, &timer), 0);
  EXPECT_EQ(told([&](int out) {
              struct itimerspec left {};
              ::dprintf(out, "%s", ::timer_gettime(timer, &left) == 0 ? "there" : "gone");
            }),
            "gone");
  struct itimerspec left {};
  EXPECT_EQ(::timer_gettime(timer, &left), 0);
  ::timer_delete(timer);
}

TEST(ForkTable, MemoryLocksAreNotInherited) {
  // syscall(), since the sanitizers turn mlock() into nothing.
  void* const page =
      ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  ASSERT_EQ(::syscall(SYS_mlock, page, 4096), 0);
  EXPECT_NE(status_field("VmLck"), "0 kB");
  EXPECT_EQ(told([](int out) { ::dprintf(out, "%s", status_field("VmLck").c_str()); }), "0 kB");
  ::munmap(page, 4096);
}

TEST(ForkTable, OnlyTheThreadThatForksIsCopied) {
  test::Gate running;
  test::Gate end;
  std::thread other([&] {
    running.open();
    (void)end.wait();
  });
  ASSERT_TRUE(running.wait());
  EXPECT_GE(std::stoi(status_field("Threads")), 2);
  // A read() of what /proc says, with no allocation: this child belongs to a program with threads.
  const std::string threads = told([](int out) {
    char text[4096];
    const int fd = ::open("/proc/self/status", O_RDONLY);
    const ssize_t size = ::read(fd, text, sizeof text);
    const std::string_view all(text, size < 0 ? 0 : static_cast<std::size_t>(size));
    const std::size_t at = all.find("Threads:\t");
    (void)!::write(out, all.data() + at + 9, 1);
  });
  end.open();
  other.join();
  EXPECT_EQ(threads, "1");
}

TEST(ForkTable, TheThreadThatForksIsTheChildsMainThread) {
  std::string answer;
  std::thread([&] {
    answer = told([](int out) {
      const bool main = ::syscall(SYS_gettid) == ::getpid();
      (void)!::write(out, main ? "main" : "other", main ? 4 : 5);
    });
  }).join();
  EXPECT_EQ(answer, "main");
}

TEST(ForkTable, TheWishToDieWithTheParentIsCleared) {
  EXPECT_EQ(told([](int out) {
              ::prctl(PR_SET_PDEATHSIG, SIGKILL);
              ::dprintf(out, "%s", told([](int inner) {
                                     int signal = -1;
                                     ::prctl(PR_GET_PDEATHSIG, &signal);
                                     ::dprintf(inner, "%d", signal);
                                   }).c_str());
            }),
            "0");
}

TEST(ForkTable, SemaphoreUndoIsNotInherited) {
  const int set = ::semget(IPC_PRIVATE, 1, 0600);
  if (set == -1 && errno == ENOSYS) GTEST_SKIP() << "this kernel has no System V semaphores";
  ASSERT_NE(set, -1);
  struct sembuf up {};
  up.sem_op = 5;
  up.sem_flg = SEM_UNDO;  // taken back when this process ends, and only then
  EXPECT_EQ(::semop(set, &up, 1), 0);
  told([](int) {});  // a child's end must not take it back
  EXPECT_EQ(::semctl(set, 0, GETVAL), 5);
  ::semctl(set, 0, IPC_RMID);
}

TEST(ForkTable, APageCanBeKeptFromTheChild) {
  constexpr std::size_t kPage = 4096;
  auto* const pages = static_cast<char*>(
      ::mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(pages, MAP_FAILED);
  pages[0] = 'k';
  pages[kPage] = 'k';
  ASSERT_EQ(::madvise(pages, kPage, MADV_WIPEONFORK), 0);
  ASSERT_EQ(::madvise(pages + kPage, kPage, MADV_DONTFORK), 0);
  EXPECT_EQ(told([&](int out) {
              ::dprintf(out, "%d ", pages[0]);  // a write from a missing page: EFAULT, no SIGSEGV
              ::dprintf(out, "%s",
                        ::write(out, pages + kPage, 1) == -1 && errno == EFAULT ? "none" : "there");
            }),
            "0 none");
  EXPECT_EQ(pages[0], 'k');
  ::munmap(pages, 2 * kPage);
}
