// tests/platform · Handle closes once, moves, and leaves the error of the call before it alone.
//
// The same tests on both systems; open.h has the raw calls they need.
#include "platform/handle.h"

#include <type_traits>

#include <gtest/gtest.h>

#include "tests/platform/open.h"

namespace proclab {
namespace {

using test::is_open;
using test::open_null;

static_assert(!std::is_copy_constructible_v<Handle> && !std::is_copy_assignable_v<Handle>);
static_assert(std::is_nothrow_move_constructible_v<Handle>);
static_assert(sizeof(Handle) == sizeof(NativeHandle), "no cost over the bare thing");

TEST(Handle, IsEmptyByDefault) {
  const Handle empty;
  EXPECT_FALSE(empty);
  EXPECT_EQ(empty.get(), kNoHandle);
  EXPECT_FALSE(Handle(kNoHandle));
}

TEST(Handle, ClosesAtTheEndOfItsScope) {
  NativeHandle native;
  {
    const Handle handle(open_null());
    native = handle.get();
    ASSERT_TRUE(handle);
    EXPECT_TRUE(is_open(native));
  }
  EXPECT_FALSE(is_open(native));
}

TEST(Handle, MovesAndLeavesNothing) {
  Handle first(open_null());
  const NativeHandle native = first.get();
  Handle second(std::move(first));
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what a move leaves is the question
  EXPECT_EQ(second.get(), native);
  EXPECT_TRUE(is_open(native));
}

TEST(Handle, ClosesItsOwnWhenItIsGivenAnother) {
  Handle first(open_null()), second(open_null());
  const NativeHandle old = first.get(), kept = second.get();
  first = std::move(second);
  EXPECT_FALSE(is_open(old));
  EXPECT_TRUE(is_open(kept));
  EXPECT_EQ(first.get(), kept);
}

TEST(Handle, SurvivesAMoveToItself) {
  Handle handle(open_null());
  Handle& itself = handle;
  handle = std::move(itself);
  EXPECT_TRUE(handle);
  EXPECT_TRUE(is_open(handle.get()));
}

TEST(Handle, NeverClosesAStrangerWithItsOldNumber) {
  Handle handle(open_null());
  const NativeHandle number = handle.get();
  handle.close();
  EXPECT_FALSE(handle);
  const Handle stranger(open_null());
  // The lowest free number on POSIX is the one just closed. Windows may choose another.
  if (!kWindows) {
    EXPECT_EQ(stranger.get(), number);
  }
  handle.close();
  EXPECT_TRUE(is_open(stranger.get()));
}

TEST(Handle, GivesOwnershipAway) {
  NativeHandle native;
  {
    Handle handle(open_null());
    native = handle.release();
    EXPECT_FALSE(handle);
  }
  EXPECT_TRUE(is_open(native));
  const Handle cleanup(native);
}

TEST(Handle, KeepsTheErrorOfTheCallBefore) {
  Handle closed_behind_our_back(open_null());
  test::close_raw(closed_behind_our_back.get());
  test::set_error(test::kSomeError);
  closed_behind_our_back.close();  // fails inside; that is not what the caller asked about
  EXPECT_EQ(last_error("x").code.value(), test::kSomeError);

  test::set_error(test::kSomeError);
  { const Handle fine(open_null()); }
  test::set_error(test::kSomeError);
  { Handle empty; }
  EXPECT_EQ(last_error("x").code.value(), test::kSomeError);
}

}  // namespace
}  // namespace proclab
