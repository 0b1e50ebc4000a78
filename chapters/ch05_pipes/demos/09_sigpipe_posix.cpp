// Chapter 5 · sigpipe: `yes | head -n 1` ends. Who ends yes?
//
// Look for: head leaves, and the next write of yes raises SIGPIPE: 128 + 13. A parent that ignores
// SIGPIPE, as servers do, and starts programs with fork and exec alone hands that down: its yes
// gets EPIPE, and complains. start_pipeline() gives each stage its signals back.
//
// Run: ch05_sigpipe
// Run: ch05_sigpipe --naive
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch05_pipes/pipeline.h"
#include "chapters/ch05_pipes/redirect.h"
#include "platform/self.h"

using namespace proclab;

static void show(const Result<spawn::ExitStatus>& yes, const Result<spawn::ExitStatus>& head) {
  std::printf("yes: %s\nhead: %s\n", yes ? yes->text().c_str() : "?",
              head ? head->text().c_str() : "?");
}

//> course
static void by_the_course() {
  pipes::Pipeline pipeline =
      pipes::start_pipeline({{{.file = "yes"}}, {{.file = "head", .args = {"-n", "1"}}}});
  const pipes::PipeStatus status = pipeline.wait();
  show(status[0], status[1]);
}
//< course

//> naive
/// UNSAFE: fork and exec and nothing between, in a process that ignores SIGPIPE.
static pid_t run(int in, int out, const char* program, const char* option, const char* value) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::dup2(in, 0);  // our pipes are close-on-exec; the copies are not
  ::dup2(out, 1);
  ::execlp(program, program, option, value, static_cast<char*>(nullptr));
  ::_exit(127);
}
//< naive

static void naive() {
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  if (!pipe) return;
  spawn::Process yes(run(0, pipe->write.get(), "yes", nullptr, nullptr), Handle());
  spawn::Process head(run(pipe->read.get(), 1, "head", "-n", "1"), Handle());
  *pipe = pipes::Pipe{};  // both ends
  const auto first = yes.wait();
  show(first, head.wait());
}

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts(
               "usage: ch05_sigpipe           by start_pipeline()\n"
               "       ch05_sigpipe --naive   by fork and exec alone"),
           0;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::signal(SIGPIPE, SIG_IGN);  // as a server does
  if (word == "--naive") {
    naive();
  } else {
    by_the_course();
  }
  return 0;
}
