// tests/ch03 · told: what a forked copy has to say, as text. POSIX.
#pragma once

#include <cstdio>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "chapters/ch03_fork/copy.h"
#include "platform/handle.h"

namespace proclab::test {

/// Runs `work` in a copy and returns what it wrote to `out` (by dprintf). It has an alarm of
/// 20 s of its own instead of a thread that watches it: so the test's process has one thread, and
/// its copy may do what it likes. A copy that hangs ends by SIGALRM, and the test fails by that.
inline std::string told(const std::function<void(int out)>& work) {
  const Result<fork::Answer> answer = fork::ask_copy([&](int out) {
    ::alarm(20);
    work(out);
    return 0;
  });
  if (!answer) {
    ADD_FAILURE() << answer.error().message();
    return {};
  }
  EXPECT_EQ(answer->end.signal, 0) << "the copy was killed; SIGALRM (14): it hung for 20 s";
  EXPECT_EQ(answer->end.code, answer->end.signal == 0 ? 0 : -1);
  return answer->bytes;
}

/// A file without a name, open for reading and writing, with `text` in it and the offset at 0.
inline Handle scratch_file(const std::string& text) {
  std::FILE* const made = std::tmpfile();
  if (made == nullptr) return Handle();
  Handle file(::dup(::fileno(made)));
  std::fclose(made);
  EXPECT_EQ(::pwrite(file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return file;
}

/// Up to `size` bytes read from where the offset stands.
inline std::string read_some(int fd, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t got = ::read(fd, bytes.data(), size);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace proclab::test
