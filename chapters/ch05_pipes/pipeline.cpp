// Chapter 5 · pipes: starting and burying a pipeline. Read pipeline.h first.
#include "chapters/ch05_pipes/pipeline.h"

#include <algorithm>

#include "chapters/ch05_pipes/pipe.h"

namespace proclab::pipes {

namespace {

/// What the caller has put at a slot stays there.
void fill_slot(spawn::Options& program, const spawn::Slot& slot) {
  const auto same = [&](const spawn::Slot& other) { return other.number == slot.number; };
  if (std::none_of(program.slots.begin(), program.slots.end(), same)) {
    program.slots.push_back(slot);
  }
}

}  // namespace

//> start-pipeline
Pipeline start_pipeline(std::vector<Stage> stages) {
  Pipeline pipeline;
  Handle from_left;  // the read end of the pipe that the stage before writes to
  for (std::size_t i = 0; i < stages.size(); ++i) {
    Stage& stage = stages[i];
    const bool is_last = i + 1 == stages.size();
    // One pipe at a time: a pipeline of a thousand stages needs three descriptors here, not two thousand.
    Result<Pipe> right = is_last ? Result<Pipe>(Pipe{}) : make_pipe();
    if (!right) {  // no descriptor left: this stage is not started, and the next reads nothing
      pipeline.stages.emplace_back(right.error());
      from_left = Handle();
      continue;
    }
    // No pipe on the left, because there was no descriptor for it: nothing to read, but never *our* stdin.
    using spawn::Slot;
    if (i > 0) fill_slot(stage.program, from_left ? Slot::from(0, from_left.get()) : Slot::null(0));
    if (!is_last) fill_slot(stage.program, Slot::from(1, right->write.get()));
    if (!is_last && stage.errors_too) {
      fill_slot(stage.program, Slot::from(2, right->write.get()));
    }
    pipeline.stages.push_back(spawn::start(stage.program));
    // Both of our copies go now. A write end that we kept would make the right neighbour wait for
    // *us*; a read end that we kept would let the left one write to nobody, without ever hearing of it.
    from_left = std::move(right->read);
  }  // right->write is closed here, started or not
  return pipeline;
}
//< start-pipeline

//> wait
PipeStatus Pipeline::wait() {
  PipeStatus status;
  for (Result<spawn::Process>& stage : stages) {
    // In any order: each ends by itself, since nobody here holds a pipe that another waits for.
    status.push_back(stage ? stage->wait() : stage.error());
  }
  return status;
}
//< wait

void Pipeline::kill(int signal) {
  for (Result<spawn::Process>& stage : stages) {
    if (stage) (void)stage->kill(signal);
  }
}

//> shell-code
int shell_code(const Result<spawn::ExitStatus>& end) {
  if (!end) return end.error().code == std::errc::no_such_file_or_directory ? 127 : 126;
  return end->signal != 0 ? 128 + end->signal : static_cast<int>(end->code);
}

int shell_code(const PipeStatus& status, bool pipefail) {
  if (status.empty()) return 0;
  if (!pipefail) return shell_code(status.back());
  const auto failed = std::find_if(status.rbegin(), status.rend(),
                                   [](const auto& end) { return shell_code(end) != 0; });
  return failed == status.rend() ? 0 : shell_code(*failed);
}
//< shell-code

}  // namespace proclab::pipes
