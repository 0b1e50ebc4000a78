// tests/ch09 · the pidfile on Linux: what must not be opened, and three locks, of which one can
// decide.
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch09_daemon/control.h"
#include "chapters/ch09_daemon/file_lock_posix.h"
#include "chapters/ch09_daemon/pidfile.h"
#include "tests/ch09_daemon/in_a_fork_posix.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::daemon {
namespace {

using test::Waiting;
using What = Standing::What;

Handle open_file(const std::string& path) {
  return Handle(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
}

bool posix_lock(int file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_len = 1;
  return ::fcntl(file, F_SETLK, &lock) == 0;
}

TEST(PidFileLinux, ASymbolicLinkIsNotFollowed) {
  const Folder folder;
  const std::string victim = folder.file("passwd"), file = folder.file("d.pid");
  write_file(victim, "root:x:0:0");
  ASSERT_EQ(::symlink(victim.c_str(), file.c_str()), 0);
  EXPECT_EQ(PidFile::take(file).error().code, std::errc::too_many_symbolic_link_levels);
  EXPECT_EQ(look_at(file).error().code, std::errc::too_many_symbolic_link_levels);
  EXPECT_EQ(read_file(victim), "root:x:0:0");
}

TEST(PidFileLinux, ASecondNameOfAnotherFileIsRefused) {
  const Folder folder;
  const std::string victim = folder.file("passwd"), file = folder.file("d.pid");
  write_file(victim, "root:x:0:0");
  ASSERT_EQ(::link(victim.c_str(), file.c_str()), 0);
  EXPECT_EQ(PidFile::take(file).error().code, std::errc::too_many_links);
  EXPECT_EQ(read_file(victim), "root:x:0:0");
}

TEST(PidFileLinux, AFifoHoldsNobodyUp) {
  const Waiting waiting("a FIFO that nobody writes to");
  const Folder folder;
  const std::string file = folder.file("d.pid");
  ASSERT_EQ(::mkfifo(file.c_str(), 0644), 0);
  EXPECT_EQ(PidFile::take(file).error().code, std::errc::invalid_argument);
  EXPECT_EQ(look_at(file).error().code, std::errc::invalid_argument);
}

TEST(PidFileLinux, ATerminalOfThatNameDoesNotBecomeOurs) {
  const Handle hand(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  ASSERT_TRUE(::grantpt(hand.get()) == 0 && ::unlockpt(hand.get()) == 0);
  const std::string terminal = ::ptsname(hand.get());
  EXPECT_EQ(in_a_fork([&] {
              ::setsid();  // a leader without a terminal gets the first one that it opens
              if (PidFile::take(terminal).error().code != std::errc::invalid_argument) return 1;
              return ::open("/dev/tty", O_RDWR | O_CLOEXEC) == -1 && errno == ENXIO ? 0 : 2;
            }),
            0);
}

TEST(PidFileLinux, AProgramThatTheHolderStartsDoesNotHoldItToo) {
  const Folder folder;
  const PidFile ours = PidFile::take(folder.file("d.pid")).value();
  const test::Ran listed = test::run({test::program("probe"), "fds"});
  EXPECT_EQ(count_of(listed.out, "\n"), 3) << listed.out;
}

TEST(PidFileLinux, OfALongerTextNothingIsLeft) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  write_file(file, std::string(1000, '7'));
  const PidFile ours = PidFile::take(file).value();
  EXPECT_EQ(read_file(file), std::to_string(::getpid()) + "\n");
}

TEST(PidFileLinux, AFolderThatOneMayNotWriteTo) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const Folder folder;
  const std::string file = folder.file("d.pid");
  EXPECT_EQ(in_a_fork([&] {
              if (::setuid(65534) == -1) return 9;
              return PidFile::take(file).error().code == std::errc::permission_denied ? 0 : 1;
            }),
            0);
}

TEST(PidFileLinux, AFullDiskLeavesNoFile) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  EXPECT_EQ(in_a_fork([&] {
              ::signal(SIGXFSZ, SIG_IGN);
              const rlimit none{0, 0};
              if (::setrlimit(RLIMIT_FSIZE, &none) == -1) return 9;
              const Result<PidFile> taken = PidFile::take(file);
              return !taken && taken.error().code == std::errc::file_too_large ? 0 : 1;
            }),
            0);
  EXPECT_FALSE(exists(file));
}

TEST(PidFileLinux, NoDescriptorLeft) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  EXPECT_EQ(in_a_fork([&] {
              const rlimit three{3, 3};
              if (::setrlimit(RLIMIT_NOFILE, &three) == -1) return 9;
              const bool take = PidFile::take(file).error().code == std::errc::too_many_files_open;
              const bool look = look_at(file).error().code == std::errc::too_many_files_open;
              return take && look ? 0 : 1;
            }),
            0);
}

TEST(PidFileLinux, AForkedChildLeavesTheFileToItsParent) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  PidFile ours = PidFile::take(file).value();
  EXPECT_EQ(in_a_fork([&] {
              ours.release();  // what a destructor would do, at an exit() of the child
              return 0;
            }),
            0);
  EXPECT_TRUE(ours.in_place());
  EXPECT_EQ(in_a_fork([&] { return look_at(file)->pid == ::getppid() ? 0 : 1; }), 0);
}

TEST(PidFileLinux, WhoRemovesItIsNotNoticedUntilOneLooks) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  PidFile ours = PidFile::take(file).value();
  ASSERT_EQ(::unlink(file.c_str()), 0);
  EXPECT_FALSE(ours.in_place());
  write_file(file, "somebody else's\n");
  EXPECT_FALSE(ours.in_place());
  ours.release();
  EXPECT_TRUE(exists(file)) << "it is not ours to remove";
}

TEST(PidFileLinux, TheHoldersForkedChildKeepsTheLockAndIsNotTakenForIt) {
  const NoDaemonLeft guard;
  const Folder folder;
  const std::string file = folder.file("d.pid");
  int gate[2];
  ASSERT_EQ(::pipe2(gate, O_CLOEXEC), 0);
  EXPECT_EQ(in_a_fork([&]() -> int {
              PidFile ours = PidFile::take(file).value();
              const pid_t worker = ::fork();
              if (worker == 0) {  // a worker that outlives its master
                char byte;
                ::close(gate[1]);
                ::_exit(::read(gate[0], &byte, 1) == 0 ? 0 : 1);
              }
              ::_exit(worker > 0 ? 0 : 1);  // the master dies without a word
            }),
            0);
  const Result<Standing> standing = look_at(file);
  ASSERT_TRUE(standing);
  EXPECT_EQ(standing->what, What::held);
  EXPECT_EQ(standing->pid, 0) << "the number in the file is a dead process's";
  EXPECT_EQ(Holder::find(file).error().code, std::errc::no_such_process)
      << "so nobody is signalled";
  EXPECT_EQ(stop(file, Milliseconds(0)).error().code, std::errc::no_such_process);
  EXPECT_EQ(PidFile::take(file).error().code, std::errc::device_or_resource_busy);
  ::close(gate[0]);
  ::close(gate[1]);
  while (::waitpid(-1, nullptr, 0) == -1 && errno == EINTR) {
  }
}

//> unlink-race
TEST(PidFileLinux, ALockOnAFileThatHasLostItsNameIsNoWin) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  PidFile first = PidFile::take(file).value();
  const Handle opened = open_file(file);  // the second one comes as far as open()
  first.release();                        // the first one leaves: unlink, and then the lock is free
  ASSERT_TRUE(*lock_to_decide(opened.get())) << "the lock alone says: won";
  const Result<PidFile> third = PidFile::take(file);
  EXPECT_TRUE(third) << "and so does it to the third, on a new file of that name: two winners";
  struct stat held, there;
  ASSERT_EQ(::fstat(opened.get(), &held), 0);
  ASSERT_EQ(::stat(file.c_str(), &there), 0);
  EXPECT_NE(held.st_ino, there.st_ino) << "which is what take() compares";
}
//< unlink-race

TEST(PidFileLinux, ToLookTakesNothing) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  write_file(file, "1\n");
  const Handle look = open_file(file), start = open_file(file);
  EXPECT_FALSE(*decided(look.get()));
  EXPECT_TRUE(*lock_to_decide(start.get())) << "while the other one has just looked";
}

TEST(WhyNot, FlockCannotBeLookedAtWithoutTakingIt) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  const Handle look = open_file(file), start = open_file(file);
  ASSERT_EQ(::flock(look.get(), LOCK_SH | LOCK_NB), 0);  // `status` asks: is it free?
  EXPECT_EQ(::flock(start.get(), LOCK_EX | LOCK_NB), -1) << "and `start` at that moment is refused";
}

TEST(WhyNot, APosixLockIsLostByAnyClose) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  const Handle ours = open_file(file);
  ASSERT_TRUE(posix_lock(ours.get()));
  const auto another_gets_it = [&] {
    return in_a_fork([&] { return posix_lock(ours.get()) ? 1 : 0; });
  };
  EXPECT_EQ(another_gets_it(), 0);
  open_file(file).close();  // a library reads the file, and closes its own descriptor
  EXPECT_EQ(another_gets_it(), 1);
}

TEST(WhyNot, APosixLockIsLostByTheDoubleFork) {
  const Folder folder;
  const Handle ours = open_file(folder.file("d.pid"));
  ASSERT_TRUE(posix_lock(ours.get()));
  EXPECT_EQ(in_a_fork([&] {  // the child has the descriptor, and not the lock
              struct flock lock {};
              lock.l_type = F_WRLCK;
              lock.l_len = 1;
              return ::fcntl(ours.get(), F_GETLK, &lock) == 0 && lock.l_pid == ::getppid() ? 0 : 1;
            }),
            0);
  const Handle decisive = open_file(folder.file("e.pid"));
  ASSERT_TRUE(*lock_to_decide(decisive.get()));
  EXPECT_EQ(in_a_fork([&] { return *lock_to_decide(decisive.get()) ? 0 : 1; }), 0)
      << "the description's lock is the child's as well";
}

TEST(WhyNot, OurNameIsLostByAStrayCloseAndTheDecisionIsNot) {
  const Folder folder;
  const std::string file = folder.file("d.pid");
  const PidFile ours = PidFile::take(file).value();
  open_file(file).close();
  EXPECT_EQ(in_a_fork([&] {
              const Result<Standing> standing = look_at(file);
              return standing && standing->what == What::held && standing->pid == 0 ? 0 : 1;
            }),
            0);
  EXPECT_EQ(in_a_fork([&] {
              return PidFile::take(file).error().code == std::errc::device_or_resource_busy ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace proclab::daemon
