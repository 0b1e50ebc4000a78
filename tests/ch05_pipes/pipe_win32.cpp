// tests/ch05 · Windows' pipes: what CreatePipe cannot do, and what stands in its place. Under Wine.
#include <gtest/gtest.h>

#include <windows.h>

#include "chapters/ch02_stdio/native_file_win32.h"
#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/communicate.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"

namespace proclab::pipes {
namespace {

using stdio::is_overlapped;

DWORD handle_flags(const Handle& handle) {
  DWORD flags = 0;
  ::GetHandleInformation(handle.get(), &flags);
  return flags;
}

TEST(PipeWin32, EndsAreOverlappedWhereAskedAndNeverInheritable) {
  for (const Async ends : {Async::none, Async::read, Async::write, Async::both}) {
    const Pipe pipe = *make_pipe(ends);
    EXPECT_EQ(is_overlapped(pipe.read.get()), ends == Async::read || ends == Async::both);
    EXPECT_EQ(is_overlapped(pipe.write.get()), ends == Async::write || ends == Async::both);
    EXPECT_EQ(handle_flags(pipe.read) & HANDLE_FLAG_INHERIT, 0U);
    EXPECT_EQ(handle_flags(pipe.write) & HANDLE_FLAG_INHERIT, 0U);
  }
}

TEST(PipeWin32, APlainPipeGivesAnOverlappedReadNoWayToWait) {
  const test::Waiting waiting("a read that blocks until another thread writes");
  const Pipe pipe = *make_pipe();
  ASSERT_TRUE(stdio::BlockingWriter(pipe.write.get()).write("x"));
  const Handle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  OVERLAPPED under_way{};
  under_way.hEvent = done.get();
  char byte = 0;
  // Asked for an overlapped read, it reads at once, as if nothing had been said: never "pending".
  EXPECT_TRUE(::ReadFile(pipe.read.get(), &byte, 1, nullptr, &under_way));
}

TEST(PipeWin32, AnOverlappedReadIsPendingAndItsEventTells) {
  const test::Waiting waiting("an event");
  const Pipe pipe = *make_pipe(Async::read);
  const Handle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  OVERLAPPED under_way{};
  under_way.hEvent = done.get();
  char byte = 0;
  ASSERT_FALSE(::ReadFile(pipe.read.get(), &byte, 1, nullptr, &under_way));
  EXPECT_EQ(::GetLastError(), static_cast<DWORD>(ERROR_IO_PENDING));
  EXPECT_EQ(::WaitForSingleObject(done.get(), 0), static_cast<DWORD>(WAIT_TIMEOUT));
  ASSERT_TRUE(stdio::BlockingWriter(pipe.write.get()).write("x"));
  EXPECT_EQ(::WaitForSingleObject(done.get(), INFINITE), static_cast<DWORD>(WAIT_OBJECT_0));
  DWORD count = 0;
  EXPECT_TRUE(::GetOverlappedResult(pipe.read.get(), &under_way, &count, FALSE));
  EXPECT_EQ(count, 1U);
}

TEST(PipeWin32, ACancelledReadTakesNothing) {
  const test::Waiting waiting("a cancelled read");
  const Pipe pipe = *make_pipe(Async::read);
  OVERLAPPED under_way{};
  const Handle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  under_way.hEvent = done.get();
  char byte = 0;
  ASSERT_FALSE(::ReadFile(pipe.read.get(), &byte, 1, nullptr, &under_way));
  EXPECT_TRUE(::CancelIoEx(pipe.read.get(), &under_way));
  DWORD count = 0;
  EXPECT_FALSE(::GetOverlappedResult(pipe.read.get(), &under_way, &count, TRUE));
  EXPECT_EQ(::GetLastError(), static_cast<DWORD>(ERROR_OPERATION_ABORTED));
  ASSERT_TRUE(stdio::BlockingWriter(pipe.write.get()).write("x"));
  EXPECT_EQ(*read_some(pipe.read.get(), &byte, 1), 1U);
}

TEST(PipeWin32, TheChildGetsAPlainEndAndWeAnOverlappedOne) {
  const test::Waiting waiting("a child that copies");
  Result<PipedChild> child = start_piped(probe({"cat"}));
  ASSERT_TRUE(child);
  EXPECT_TRUE(is_overlapped(child->input.get()));
  EXPECT_TRUE(is_overlapped(child->output.get()));
  EXPECT_EQ(communicate(*child, "through").output, "through");
}

}  // namespace
}  // namespace proclab::pipes
