// Tests of chapter 1 · usage on Windows: reserved, committed, touched.
#include <windows.h>

#include <gtest/gtest.h>

#include "chapters/ch01_process/usage.h"

using namespace proclab;

TEST(Memory, AskingIsFreeAndTouchingCostsMemory) {
  constexpr std::size_t kSize = 64 << 20, kSlack = 8 << 20;
  const auto before = *process::memory();
  auto* const block = static_cast<volatile char*>(
      ::VirtualAlloc(nullptr, kSize, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
  ASSERT_NE(block, nullptr);
  EXPECT_LT(process::memory()->resident, before.resident + kSlack);
  for (std::size_t at = 0; at < kSize; at += 4096) block[at] = 1;
  EXPECT_GE(process::memory()->resident, before.resident + kSize - kSlack);
  ASSERT_TRUE(::VirtualFree(const_cast<char*>(block), 0, MEM_RELEASE));
  const auto after = *process::memory();
  EXPECT_LT(after.resident, before.resident + kSlack);
  EXPECT_GE(after.peak_resident, before.resident + kSize - kSlack);
}
