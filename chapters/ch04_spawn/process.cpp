// Chapter 4 · spawn: the part of Process that is the same everywhere: who owns the duty to wait.
#include "chapters/ch04_spawn/process.h"

#include <cassert>
#include <utility>

namespace proclab::spawn {

Process::Process(Process&& other) noexcept
    : pid_(other.pid_),
      handle_(std::move(other.handle_)),
      duty_(std::exchange(other.duty_, false)),
      sent_(other.sent_),
      status_(std::exchange(other.status_, std::nullopt)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  assert(!duty_ && "a Process was overwritten without wait() or disown()");
  pid_ = other.pid_;
  handle_ = std::move(other.handle_);
  duty_ = std::exchange(other.duty_, false);
  sent_ = other.sent_;
  status_ = std::exchange(other.status_, std::nullopt);
  return *this;
}

Process::~Process() {
  // Here, and not with a silent waitpid: a destructor that blocks until a stranger's program ends
  // is a hang, and one that does not is a zombie. The caller must say which it wants.
  assert(!duty_ && "a Process was let go without wait() or disown()");
}

void Process::disown() noexcept {
  duty_ = false;
  handle_.close();
}

void Process::bury(ExitStatus status) noexcept {
  disown();
  status_ = status;
}

std::string ExitStatus::text() const {
  return signal != 0 ? "signal " + std::to_string(signal) : "exit " + std::to_string(code);
}

}  // namespace proclab::spawn
