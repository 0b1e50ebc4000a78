// tests/ch03 · the table's second part, for what only Linux has: OFD locks and epoll.
#include <cerrno>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include "tests/ch03_fork/told.h"

using namespace proclab;
using test::told;

namespace {

int ofd_lock(int fd, short type) {
  struct flock whole {};
  whole.l_type = type;
  whole.l_whence = SEEK_SET;
  return ::fcntl(fd, F_OFD_SETLK, &whole);
}

void watch(int epoll, int fd, std::uint64_t name) {
  struct epoll_event wanted {};
  wanted.events = EPOLLIN;
  wanted.data.u64 = name;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted);
}

std::uint64_t next_event(int epoll) {  // 0: none
  struct epoll_event event {};
  return ::epoll_wait(epoll, &event, 1, 0) == 1 ? event.data.u64 : 0;
}

}  // namespace

TEST(ForkTable, OfdLockIsShared) {
  char path[] = "/tmp/ch03_ofd.XXXXXX";
  const Handle mine(::mkstemp(path));
  const Handle other(::open(path, O_RDWR | O_CLOEXEC));
  ::unlink(path);
  ASSERT_EQ(ofd_lock(mine.get(), F_WRLCK), 0);
  EXPECT_EQ(ofd_lock(other.get(), F_WRLCK), -1);
  EXPECT_EQ(told([&](int out) { ::dprintf(out, "%d", ofd_lock(mine.get(), F_WRLCK)); }), "0")
      << "the child has the lock too";
  told([&](int) { ofd_lock(mine.get(), F_UNLCK); });
  EXPECT_EQ(ofd_lock(other.get(), F_WRLCK), 0)
      << "the child's unlock must unlock the parent's lock";
}

TEST(ForkTable, EpollInterestListIsShared) {
  const Handle epoll(::epoll_create1(EPOLL_CLOEXEC));
  const Handle event(::eventfd(1, EFD_CLOEXEC));  // ready from its start
  told([&](int) { watch(epoll.get(), event.get(), 7); });
  EXPECT_EQ(next_event(epoll.get()), 7u) << "the child's registration is not in the parent's list";
}

TEST(ForkTable, EpollReportsWhatTheParentHasClosed) {
  const Handle epoll(::epoll_create1(EPOLL_CLOEXEC));
  Handle event(::eventfd(1, EFD_CLOEXEC));
  const int number = event.get();
  watch(epoll.get(), number, 7);
  {
    Result<fork::Copy> copy = fork::start_copy([] { return ::pause(); });
    ASSERT_TRUE(copy);
    event.close();  // the last descriptor *here*; the child's copy keeps the description alive
    EXPECT_EQ(next_event(epoll.get()), 7u);
    EXPECT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, number, nullptr), -1);
    EXPECT_EQ(errno, EBADF) << "and it cannot be removed any more";
  }
  EXPECT_EQ(next_event(epoll.get()), 0u);
}
