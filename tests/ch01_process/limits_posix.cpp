// Tests of chapter 1 · limits on POSIX: each in a child, and what happens at the limit.
#include <csignal>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "chapters/ch01_process/limits.h"
#include "tests/ch01_process/child_posix.h"

using namespace proclab;
using process::get_limit;
using process::Limit;
using process::set_limit;

TEST(Limits, EachIsReadAndNamed) {
  for (const Limit limit : process::kAllLimits) {
    const auto pair = get_limit(limit);
    ASSERT_TRUE(pair) << process::limit_name(limit);
    EXPECT_LE(pair->soft.value_or(~0ULL), pair->hard.value_or(~0ULL));
    EXPECT_STRNE(process::limit_name(limit), "?");
  }
}

TEST(Limits, WhatWasSetIsRead) {
  const int code = test::code_of_child([] {
    if (!set_limit(Limit::core_size, {0, 0})) return 1;
    if (*get_limit(Limit::core_size) != process::LimitPair{0, 0}) return 2;
    if (!set_limit(Limit::open_files, {17, 20})) return 3;
    return *get_limit(Limit::open_files) == process::LimitPair{17, 20} ? 0 : 4;
  });
  EXPECT_EQ(code, 0);
}

TEST(Limits, SoftAboveHardAndHugeNumbersAreRefused) {
  const auto before = get_limit(Limit::open_files);
  EXPECT_EQ(set_limit(Limit::open_files, {9, 8}).error().code, std::errc::invalid_argument);
  EXPECT_EQ(set_limit(Limit::open_files, {std::nullopt, 8}).error().code,
            std::errc::invalid_argument);
  EXPECT_EQ(set_limit(Limit::core_size, {~0ULL, std::nullopt}).error().code,
            std::errc::invalid_argument);
  EXPECT_EQ(*get_limit(Limit::open_files), *before);
}

TEST(Limits, TheHardOneIsAOneWayStreetForTheUnprivileged) {
  const int code = test::code_of_child([] {
    if (test::privileged() && ::setuid(test::kNobodyAtAll) == -1) return 1;
    if (!set_limit(Limit::open_files, {50, 100})) return 2;
    if (!set_limit(Limit::open_files, {100, 100})) return 3;  // soft: up to the hard one
    const auto higher = set_limit(Limit::open_files, {100, 101});
    return !higher && higher.error().code == std::errc::operation_not_permitted ? 0 : 4;
  });
  EXPECT_EQ(code, 0);
}

TEST(Limits, OpenFilesBoundsTheNumberOfADescriptor) {
  const int code = test::code_of_child([] {
    const auto hard = get_limit(Limit::open_files)->hard;
    const int high = ::fcntl(0, F_DUPFD_CLOEXEC, 40);
    if (high < 40 || !set_limit(Limit::open_files, {30, hard})) return 1;
    if (::fcntl(high, F_GETFD) == -1) return 2;  // a higher one stays usable
    int last = -1;
    for (int fd; (fd = ::dup(0)) != -1;) last = fd;
    return errno == EMFILE && last == 29 ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
}

TEST(Limits, FileSizeKillsOrFailsTheWrite) {
  const auto body = [](bool ignore) {
    char path[] = "/tmp/ch01_fsize_XXXXXX";
    const int file = ::mkstemp(path);
    ::unlink(path);
    if (file == -1 || !set_limit(Limit::file_size, {10, 10})) return 1;
    if (ignore) ::signal(SIGXFSZ, SIG_IGN);
    if (::write(file, "0123456789abc", 13) != 10) return 2;  // as much as fits, first
    return ::write(file, "x", 1) == -1 && errno == EFBIG ? 0 : 3;
  };
  EXPECT_EQ(test::code_of_child([&] { return body(true); }), 0);
  const int status = test::status_of_child([&] {
    (void)set_limit(Limit::core_size, {0, 0});
    return body(false);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
}

TEST(Limits, AddressSpaceFailsMmap) {
  const int code = test::code_of_child([] {
    if (!set_limit(Limit::address_space, {1 << 20, std::nullopt})) return 1;  // less than it has
    void* const more = ::mmap(nullptr, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return more == MAP_FAILED && errno == ENOMEM ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}

TEST(Limits, ProcessesCountsTheUsersAndFailsFork) {
  const int code = test::code_of_child([] {
    // The user has this process already, whatever else: 1 is met, and the privileged are exempt.
    if (test::privileged() && ::setuid(test::kNobodyAtAll) == -1) return 1;
    if (!set_limit(Limit::processes, {1, 1})) return 2;
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    return child == -1 && errno == EAGAIN ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
}

TEST(Limits, CpuSecondsSendsSigxcpu) {
  const int status = test::status_of_child([] {
    (void)set_limit(Limit::core_size, {0, 0});
    if (!set_limit(Limit::cpu_seconds, {1, 2})) return 1;
    for (volatile unsigned sink = 0;;) sink = sink + 1;
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGXCPU);
}
