// Chapter 5 · pipes: communicate() from top to bottom; the loop in its middle is pump(), in
// communicate_posix.cpp and communicate_win32.cpp. Read communicate.h first.
#include "chapters/ch05_pipes/communicate.h"

#include <algorithm>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch05_pipes/pump.h"

namespace proclab::pipes {

//> start-piped
Result<PipedChild> start_piped(spawn::Options options) {
  Handle ours[3], theirs[3];
  for (int number = 0; number <= 2; ++number) {
    const auto same = [&](const spawn::Slot& slot) { return slot.number == number; };
    if (std::any_of(options.slots.begin(), options.slots.end(), same)) continue;
    Result<Pipe> pipe = make_pipe(number == 0 ? Async::write : Async::read);
    if (!pipe) return pipe.error();
    ours[number] = std::move(number == 0 ? pipe->write : pipe->read);
    theirs[number] = std::move(number == 0 ? pipe->read : pipe->write);
    options.slots.push_back(spawn::Slot::from(number, theirs[number].get()));
  }
  Result<spawn::Process> process = spawn::start(options);
  if (!process) return process.error();
  return PipedChild{std::move(*process), std::move(ours[0]), std::move(ours[1]), std::move(ours[2])};
}  // theirs are closed here: else we would be one of the writers whose end we wait for
//< start-piped

namespace {

/// What lies in the pipe at this moment, and not a byte that comes later: never waits.
void take_what_is_there(const Handle& from, std::size_t limit, std::string& into) {
  if (!from) return;
  const Result<std::size_t> there = unread(from.get());
  std::size_t left = there ? std::min(*there, limit - std::min(limit, into.size())) : 0;
  std::string block(std::min<std::size_t>(left, 64 * 1024), '\0');
  while (left > 0) {
    const auto count = read_some(from.get(), block.data(), std::min(left, block.size()));
    if (!count || *count == 0) return;
    into.append(block, 0, *count);
    left -= *count;
  }
}

/// The process has ended, so all that it wrote is in the pipes. The end of the file may never come, if
/// somebody else holds them: so this asks how much there is, and takes that.
void sweep(PipedChild& child, std::size_t limit, Communicated& said) {
  take_what_is_there(child.output, limit, said.output);
  take_what_is_there(child.errors, limit, said.errors);
  for (Handle* stream : {&child.input, &child.output, &child.errors}) {
    if (*stream && partner_gone(stream->get())) stream->close();
  }
}

/// Waits for the process, within the deadline; what comes of it goes into `said`.
void wait_for_process(spawn::Process& process, Deadline deadline, Communicated& said) {
  const auto ended = process.wait_until(deadline);
  if (ended) {
    said.status = *ended;
  } else {
    said.stop = Stop::failed;
    said.error = ended.error();
  }
}

}  // namespace

//> communicate
Communicated communicate(PipedChild& child, std::string_view input,
                         const CommunicateOptions& options) {
  Communicated said;
  said.stop = pump(child, input, options, said);
  if (said.stop == Stop::failed) return said;
  if (said.stop == Stop::ended) {  // the streams: now the process
    wait_for_process(child.process, options.deadline, said);
    if (said.stop == Stop::ended && !said.status) said.stop = Stop::deadline;
  } else {
    wait_for_process(child.process, Deadline::after(Milliseconds(0)), said);
  }
  const bool cut = said.stop == Stop::deadline || said.stop == Stop::limit;
  if (cut && options.kill && !said.status) {
    (void)child.process.kill(spawn::kKill);
    wait_for_process(child.process, Deadline::never(), said);  // nobody survives SIGKILL
  }
  if (said.stop == Stop::held || (cut && options.kill)) sweep(child, options.limit, said);
  const bool all_ended = !child.input && !child.output && !child.errors;
  if (said.stop == Stop::held && all_ended) said.stop = Stop::ended;
  return said;
}
//< communicate

}  // namespace proclab::pipes
