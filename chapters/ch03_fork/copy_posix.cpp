// Chapter 3 · copy on POSIX: fork, one function, _exit, waitpid.
#include "chapters/ch03_fork/copy.h"

#include <cerrno>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include "chapters/ch03_fork/answer_pipe.h"

namespace proclab::fork {
namespace {

// noexcept is the fence: without it an exception would unwind the *copy* of the caller's stack, run
// its destructors a second time (delete its temporary files, for one) and carry on as a twin.
[[noreturn]] void live_as_copy(const std::function<int()>& work) noexcept {
  ::_exit(work());  // exit() would flush the parent's stdio buffers a second time
}

Result<CopyEnd> reap(Pid pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) == -1) {
    if (errno != EINTR) return last_error("waitpid");
  }
  if (WIFSIGNALED(status)) return CopyEnd{-1, WTERMSIG(status)};
  return CopyEnd{WEXITSTATUS(status), 0};
}

Result<std::string> read_to_end(NativeHandle from) {
  std::string bytes;
  char buffer[4096];
  for (;;) {
    const ssize_t size = ::read(from, buffer, sizeof buffer);
    if (size == 0) return bytes;
    if (size > 0) {
      bytes.append(buffer, static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      return last_error("read");
    }
  }
}

}  // namespace

Copy::~Copy() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);  // safe: until it is reaped, the number belongs to nobody else
  (void)reap(pid_);
}

Result<CopyEnd> Copy::wait() {
  if (pid_ == 0) return make_error("wait", std::errc::no_child_process, "already waited for");
  return reap(std::exchange(pid_, 0));
}

//> start-copy
Result<Copy> start_copy(const std::function<int()>& work) {
  const pid_t pid = ::fork();
  if (pid == -1) return last_error("fork");
  if (pid == 0) live_as_copy(work);
  return Copy(pid);
}
//< start-copy

Result<Answer> ask_copy(const std::function<int(NativeHandle out)>& work) {
  Result<AnswerPipe> pipe = make_answer_pipe();
  if (!pipe) return pipe.error();
  Result<Copy> copy = start_copy([&] {
    pipe->read_end.close();  // else the copy could never notice that its reader is gone
    return work(pipe->write_end.get());
  });
  if (!copy) return copy.error();
  pipe->write_end.close();  // else our own end keeps the pipe open, and read() never says "end"
  Result<std::string> bytes = read_to_end(pipe->read_end.get());
  if (!bytes) return bytes.error();  // ~Copy ends and reaps the child
  Result<CopyEnd> end = copy->wait();
  if (!end) return end.error();
  return Answer{std::move(*bytes), *end};
}

}  // namespace proclab::fork
