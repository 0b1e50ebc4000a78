// Chapter 1 · ending on POSIX.
#include "chapters/ch01_process/ending.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <unistd.h>

namespace proclab::process {

std::uint32_t code_parent_sees(int code) noexcept {
  return static_cast<std::uint32_t>(code) & 0xFF;
}

void say_now(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, text.data(), text.size());
    if (put == -1 && errno == EINTR) continue;
    if (put == -1) return;
    text.remove_prefix(put);
  }
}

[[noreturn]] void kill_self() noexcept {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();  // the signal is delivered before kill() returns; this is for the compiler
}

}  // namespace proclab::process
