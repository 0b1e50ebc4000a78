// tests/ch03 · copy-on-write by the kernel's own numbers: pages and faults. No time is measured.
#include <gtest/gtest.h>
#include <unistd.h>

#include "chapters/ch03_fork/pages_linux.h"
#include "tests/ch03_fork/told.h"
#include "tests/support/gate.h"

using namespace proclab;
using test::told;

namespace {

constexpr std::size_t kBytes = std::size_t{16} << 20;

// Faults while `act` ran, in whole percent of the block's pages: the few that the program has
// besides do not count.
template <class Act>
long faults_percent(const fork::Block& block, Act&& act) {
  const long before = fork::minor_faults();
  act();
  return (fork::minor_faults() - before) * 100 / static_cast<long>(block.pages());
}

}  // namespace

class CopyOnWrite : public ::testing::Test {
 protected:
  Result<fork::Block> mapped = fork::Block::map(kBytes);
  fork::Block& block = *mapped;
  const std::size_t all = block.pages();
};

TEST_F(CopyOnWrite, WithoutACopyEveryPageIsOnesOwn) {
  ASSERT_TRUE(block.count());
  EXPECT_EQ(*block.count(), (fork::PageCount{all, 0}));
  EXPECT_EQ(faults_percent(block, [&] { block.rewrite('b'); }), 0);
}

TEST_F(CopyOnWrite, AFreshCopySharesEveryPage) {
  EXPECT_EQ(told([&](int out) {
              const auto now = block.count();
              ::dprintf(out, "%zu own, %zu shared", now->mine, now->shared);
            }),
            "0 own, " + std::to_string(all) + " shared");
}

TEST_F(CopyOnWrite, ReadingCopiesNothing) {
  EXPECT_EQ(told([&](int out) {
              volatile unsigned long sum = 0;
              const long faults = faults_percent(block, [&] { sum = block.read_all(); });
              ::dprintf(out, "%ld %zu", faults, block.count()->mine);
            }),
            "0 0");
}

TEST_F(CopyOnWrite, AWriteCopiesOnePageAndCostsOneFault) {
  EXPECT_EQ(told([&](int out) {
              const long faults = faults_percent(block, [&] { block.rewrite('b', all / 2); });
              const auto now = block.count();
              ::dprintf(out, "%ld%%, %zu own, %zu shared", faults, now->mine, now->shared);
            }),
            "50%, " + std::to_string(all / 2) + " own, " + std::to_string(all / 2) + " shared");
}

TEST_F(CopyOnWrite, TheParentPaysForItsOwnMemoryWhileTheCopyLives) {
  Result<fork::Copy> copy = fork::start_copy([] { return ::pause(); });
  ASSERT_TRUE(copy);
  EXPECT_EQ(block.count()->shared, all);
  EXPECT_EQ(faults_percent(block, [&] { block.rewrite('p'); }), 100);
  EXPECT_EQ(block.count()->mine, all);
}

TEST_F(CopyOnWrite, TheParentPaysEvenWhenTheCopyIsGone) {
  told([](int) {});
  EXPECT_EQ(block.count()->mine, all) << "nobody else has the pages";
  EXPECT_EQ(faults_percent(block, [&] { block.rewrite('p'); }), 100)
      << "and yet each is still write-protected";
  EXPECT_EQ(faults_percent(block, [&] { block.rewrite('q'); }), 0);
}
