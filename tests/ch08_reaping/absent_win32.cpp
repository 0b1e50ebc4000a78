// tests/ch08 · what Windows does not have says so.
#include <gtest/gtest.h>

#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/parent.h"

namespace proclab::reaping {
namespace {

TEST(Absent, NobodyAdoptsAndNobodyIsToldOfAParentsDeath) {
  EXPECT_EQ(adopt_orphans().error().code, std::errc::not_supported);
  EXPECT_EQ(kill_descendants().error().code, std::errc::not_supported);
  EXPECT_EQ(die_with_parent(1, 15).error().code, std::errc::not_supported);
}

}  // namespace
}  // namespace proclab::reaping
