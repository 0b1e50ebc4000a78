// Tests of chapter 1 · usage on Linux: what counts as memory, and whose peak it is.
#include <string>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "chapters/ch01_process/usage.h"
#include "platform/handle.h"
#include "tests/ch01_process/shown.h"
#include "tests/support/run.h"

#include <fcntl.h>

using namespace proclab;

namespace {

constexpr std::size_t kSize = 64 << 20;
constexpr std::size_t kSlack = 8 << 20;

/// 64 MiB of the kernel's own, past any allocator.
void* reserve() {
  return ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/// Touches each page, by the kernel: a sanitizer would keep a shadow of what we write ourselves.
bool touch(void* block) { return ::madvise(block, kSize, MADV_POPULATE_WRITE) == 0; }

}  // namespace

TEST(Memory, AskingCostsAddressSpaceAndTouchingCostsMemory) {
  const auto before = *process::memory();
  void* const block = reserve();
  ASSERT_NE(block, MAP_FAILED);
  const auto asked = *process::memory();
  EXPECT_GE(asked.address_space, before.address_space + kSize);
  EXPECT_LT(asked.resident, before.resident + kSlack);
  EXPECT_LT(asked.peak_resident, before.peak_resident + kSlack);
  ASSERT_TRUE(touch(block)) << "MADV_POPULATE_WRITE needs Linux 5.14";
  EXPECT_GE(process::memory()->resident, before.resident + kSize - kSlack);
  ASSERT_EQ(::munmap(block, kSize), 0);
  const auto after = *process::memory();
  EXPECT_LT(after.resident, before.resident + kSlack);
  EXPECT_GE(after.peak_resident, before.resident + kSize - kSlack);
}

TEST(Memory, ASharedPageCountsInEachProcess) {
  void* const block = reserve();
  ASSERT_NE(block, MAP_FAILED);
  ASSERT_TRUE(touch(block));
  const pid_t child = ::fork();
  if (child == 0) {
    // Not one page of it is the child's own, and it is counted all the same.
    const auto memory = process::memory();
    ::_exit(memory && memory->resident >= kSize ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::munmap(block, kSize);
}

TEST(Memory, MaxrssSurvivesExecAndVmHwmDoesNot) {
  void* const block = reserve();
  ASSERT_NE(block, MAP_FAILED);
  ASSERT_TRUE(touch(block));
  const std::string path = test::program("ch01_whoami");
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Handle out(ends[0]);
  Handle in(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(in.get(), STDOUT_FILENO);
    char* const argv[] = {const_cast<char*>(path.c_str()), nullptr};
    ::execv(path.c_str(), argv);
    ::_exit(127);
  }
  in.close();
  std::string text;
  char bytes[4096];
  for (ssize_t got; (got = ::read(out.get(), bytes, sizeof bytes)) > 0;) text.append(bytes, got);
  rusage usage{};
  int status = -1;
  ASSERT_EQ(::wait4(child, &status, 0, &usage), child);
  ::munmap(block, kSize);
  ASSERT_EQ(status, 0);
  EXPECT_GE(usage.ru_maxrss * 1024L, long{kSize}) << "the parent's size, claimed by the child";
  const auto at = text.find("at most");
  ASSERT_NE(at, text.npos) << text;
  EXPECT_LT(std::stoul(text.substr(at + 8)) * 1024, kSize) << text;
}
