// Chapter 5 · pipeline: a | b | c, and whose status is the status of the whole.
//
// Look for: sort dies of SIGPIPE because head has left, which is as it should be; only with
// --pipefail does it make the whole fail. A stage that cannot be started stops nobody: the one
// before it writes to nobody, the one after it reads an empty file.
//
// Run: ch05_pipeline seq 100000 '|' sort '|' head -n 3
// Run: ch05_pipeline --pipefail seq 100000 '|' sort '|' head -n 3
// Exit: 141
// Run: ch05_pipeline --pipefail sh -c 'exit 3' '|' sh -c 'exit 4' '|' true
// Exit: 4
// Run: ch05_pipeline --pipefail yes '|' no-such-program '|' wc -c
// Exit: 127
#include <cstdio>
#include <string>
#include <vector>

#include "chapters/ch05_pipes/pipeline.h"
#include "platform/self.h"

using namespace proclab;

static int usage(int code) {
  std::fputs(
      "usage: ch05_pipeline [--pipefail] PROGRAM [ARGUMENT...] ['|' PROGRAM [ARGUMENT...]]...\n"
      "Runs the programs, each one's output the next one's input; prints how each ended to "
      "stderr,\n"
      "and ends as the last one did, or with --pipefail as the last one that failed. Quote the "
      "bar.\n",
      code == 0 ? stdout : stderr);
  return code;
}

static std::string text_of(const Result<spawn::ExitStatus>& end) {
  return end ? end->text() : "never started: " + end.error().message();
}

//> main
int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  std::size_t at = 1;
  const bool pipefail = args.size() > at && args[at] == "--pipefail";
  if (pipefail) ++at;
  if (args.size() > at && args[at] == "--help") return usage(0);

  std::vector<pipes::Stage> stages(1);
  for (; at < args.size(); ++at) {
    spawn::Options& program = stages.back().program;
    if (args[at] == "|") {
      stages.emplace_back();
    } else if (program.file.empty()) {
      program.file = args[at];
    } else {
      program.args.push_back(args[at]);
    }
  }
  for (const pipes::Stage& stage : stages) {
    if (stage.program.file.empty()) return usage(2);
  }

  const std::vector<pipes::Stage> named = stages;
  pipes::Pipeline pipeline = pipes::start_pipeline(std::move(stages));
  const pipes::PipeStatus status = pipeline.wait();
  for (std::size_t i = 0; i < status.size(); ++i) {
    std::fprintf(stderr, "%zu %s: %s\n", i + 1, named[i].program.file.c_str(),
                 text_of(status[i]).c_str());
  }
  const int code = pipes::shell_code(status, pipefail);
  std::fprintf(stderr, "status%s: %d\n", pipefail ? ", pipefail" : "", code);
  return code;
}
//< main
