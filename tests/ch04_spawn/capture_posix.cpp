// tests/ch04 · capture on POSIX.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "tests/ch04_spawn/capture.h"

namespace proclab::spawn {

PipeEnds make_pipe() {
  int fds[2] = {-1, -1};
  EXPECT_EQ(::pipe2(fds, O_CLOEXEC), 0);
  return {Handle(fds[0]), Handle(fds[1])};
}

std::string drain(const Handle& read_end) {
  std::string all;
  char block[65536];
  for (;;) {
    const ssize_t got = ::read(read_end.get(), block, sizeof block);
    if (got > 0) all.append(block, static_cast<std::size_t>(got));
    if (got == 0 || (got == -1 && errno != EINTR)) return all;
  }
}

void feed(const Handle& write_end, const std::string& text) {
  EXPECT_EQ(::write(write_end.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

std::string process_tag() { return std::to_string(::getpid()); }

void set_env(const std::string& name, const std::optional<std::string>& value) {
  if (value) {
    ::setenv(name.c_str(), value->c_str(), 1);
  } else {
    ::unsetenv(name.c_str());
  }
}

}  // namespace proclab::spawn
