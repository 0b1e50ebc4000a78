// Chapter 2 · stdio: the reader is gone. Three ways to hear of it.
//
// Look for: a bare write(2) kills the writer by SIGPIPE, silently: good for `yes | head`, bad for a
// server. With the signal ignored, the same write gives EPIPE; but children inherit "ignored". Our
// writer gives EPIPE and leaves the process's signals as they were.
//
// Run: ch02_epipe
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch02_stdio/writer.h"
#include "platform/handle.h"

namespace {

using namespace proclab;

enum class How { bare, ignored, writer };

// The child's part. Its exit code: 0 no error, 1 EPIPE, 2 another error; +10 when SIGPIPE is ignored
// at the end.
int write_to_nobody(int out, How how) {
  if (how == How::ignored) std::signal(SIGPIPE, SIG_IGN);
  bool epipe = false;
  bool error = false;
  if (how == How::writer) {
    const Result<bool> wrote = stdio::BlockingWriter(out).write("hello");
    error = !wrote;
    epipe = !wrote && wrote.error().code == std::errc::broken_pipe;
  } else {
    error = ::write(out, "hello", 5) == -1;
    epipe = error && errno == EPIPE;
  }
  struct sigaction now {};
  ::sigaction(SIGPIPE, nullptr, &now);
  return (epipe ? 1 : error ? 2 : 0) + (now.sa_handler == SIG_IGN ? 10 : 0);
}

void show(const char* name, How how) {
  int ends[2];
  if (::pipe(ends) == -1) return std::perror("pipe");
  const Handle out(ends[1]);
  ::close(ends[0]);  // nobody will ever read
  const pid_t child = ::fork();
  if (child == 0) ::_exit(write_to_nobody(out.get(), how));
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  std::printf("%-22s ", name);
  if (WIFSIGNALED(status)) {
    std::printf("killed by %s\n", WTERMSIG(status) == SIGPIPE ? "SIGPIPE" : "another signal");
  } else {
    const int code = WEXITSTATUS(status);
    std::printf("%s; a child of it would start with SIGPIPE %s\n",
                code % 10 == 1 ? "EPIPE" : "no EPIPE?", code >= 10 ? "ignored" : "as usual");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("ch02_epipe: writes to a pipe that nobody reads.\nusage: ch02_epipe"), 0;
  }
  show("write(2)", How::bare);
  show("write(2), SIG_IGN", How::ignored);
  show("BlockingWriter", How::writer);
}
