// Chapter 12 · exec: run a command, have all that it said, and be told why that is not all.
//
// Look for: an exit code is no error; what we had to do is: its time was over, or it said too much.
// What it said until then is kept.
//
// Run: ch12_exec
#include <cstdio>
#include <string>
#include <thread>

#include "chapters/ch12_child_process/exec.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::child_process;

/// A child for each question.
int be_the_child(const std::string& kind) {
  if (kind == "fine") return std::puts("all I have to say"), 0;
  if (kind == "fails") return std::fputs("something is wrong\n", stderr), 3;
  if (kind == "floods") {
    for (int i = 0; i < 100'000; ++i) std::fputs("blah ", stdout);
    return 0;
  }
  std::puts("wait");
  std::fflush(stdout);
  std::this_thread::sleep_for(std::chrono::minutes(10));
  return 0;
}

std::string in_one_line(std::string text) {
  std::erase(text, '\r');
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

//> ask
Result<void> ask(loop::Loop& loop, const std::string& kind) {
  ExecOptions options{.max_buffer = 20};
  if (kind == "waits") options.child.timeout = Milliseconds(1500);
  const auto done = [kind](const ExecResult& how) {
    std::printf("%-8s output \"%s\", errors \"%s\"\n", kind.c_str(),
                in_one_line(how.output).c_str(), in_one_line(how.errors).c_str());
    std::printf("         %s%s%s%s\n", how.status ? how.status->text().c_str() : "never started",
                how.killed ? ", killed by us" : "", how.error ? ": " : "",
                how.error ? how.error->call : "");
  };
  const Result<ChildProcess> child =
      exec_file(loop, *self_path(), {"--child", kind}, options, done);
  if (!child) return child.error();
  const Result<bool> ran = loop.run();
  return ran ? Result<void>{} : ran.error();
}
//< ask

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") return std::puts("ch12_exec: four commands, and what is told of each"), 0;
  if (mode == "--child") return be_the_child(argv[2]);
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  for (const char* kind : {"fine", "fails", "floods", "waits"}) {
    if (const Result<void> asked = ask(*loop, kind); !asked) {
      return std::puts(asked.error().message().c_str()), 1;
    }
  }
  return 0;
}
