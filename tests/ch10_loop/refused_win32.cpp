// tests/ch10 · handles of Windows that no loop can wait for, such as what a shell gives as stdin: said at once, and why.
#include "chapters/ch05_pipes/pipe.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

TEST(Refused, WhatIsNotOverlappedIsNamed) {
  Loop loop = std::move(Loop::open()).value();
  pipes::Pipe plain = std::move(pipes::make_pipe()).value();
  for (Handle* const end : {&plain.read, &plain.write}) {
    const Result<Stream> none = Stream::open(loop, std::move(*end));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, std::errc::not_supported);
    EXPECT_NE(none.error().message().find("FILE_FLAG_OVERLAPPED"), std::string::npos)
        << none.error().message();
  }
}

}  // namespace
}  // namespace proclab::loop
