// Chapter 9 · daemon: the one-call way, the same everywhere. Read launch.h first.
#include "chapters/ch09_daemon/launch.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch07_signals/timeout.h"
#include "chapters/ch09_daemon/launch_system.h"

namespace proclab::daemon {
namespace {

/// A daemon has little to say; one that floods its starter is cut off.
constexpr std::size_t kMostWords = 64 * 1024;

void detach(spawn::Options& program, NativeHandle words) {
  program.attach = spawn::Attach::new_session;
  if (program.cwd.empty()) program.cwd = kWindows ? "\\" : "/";
  int free_slot = 3;
  const auto named = [&](int number) {
    return std::any_of(program.slots.begin(), program.slots.end(),
                       [&](const spawn::Slot& slot) { return slot.number == number; });
  };
  for (int number = 0; number <= 2; ++number) {
    if (!named(number)) program.slots.push_back(spawn::Slot::null(number));
  }
  while (named(free_slot)) ++free_slot;
  program.slots.push_back(spawn::Slot::from(free_slot, words));
  program.env.changes.emplace_back("NOTIFY_FD", std::to_string(free_slot));
  // Ours is who waits now. A supervisor of the starter's is not the daemon's.
  program.env.changes.emplace_back("NOTIFY_SOCKET", std::nullopt);
}

/// What its silence means. It is dead or about to be.
Error silent(spawn::Process& child) {
  // The pipe's end comes a moment before the process's: both belong to the same exit. It is looked at
  // and not reaped: what it has started is in its group, whose number is its own only until then.
  (void)signals::wait_ended(child, kNoHandle, Deadline::after(Milliseconds(1000)));
  const auto end = child.peek();
  if (end && *end) {
    return make_error("daemon", std::errc::no_such_process,
                      "it ended without a word: " + (*end)->text());
  }
  return make_error("daemon", std::errc::protocol_error, "it closed its pipe without a word");
}

}  // namespace

//> take-lines
void take_lines(std::string& text, Words& words) {
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals), value = line.substr(equals + 1);
    const auto number = [&](auto& out) {
      std::from_chars(value.data(), value.data() + value.size(), out);
    };
    if (name == "READY") words.ready = words.ready || value == "1";
    if (name == "STATUS") words.status = value;
    if (name == "ERRNO") number(words.error);
    if (name == "MAINPID") number(words.main_pid);
  }
  text.erase(0, begin);
}
//< take-lines

//> launch
Result<spawn::Process> launch(spawn::Options program, Deadline ready_by) {
  Result<pipes::Pipe> pipe = pipes::make_pipe(pipes::Async::read);
  if (!pipe) return pipe.error();
  detach(program, pipe->write.get());
  Result<spawn::Process> child = spawn::start(program);
  if (!child) return child;
  pipe->write.close();  // only the daemon's copy is left: when it is gone, so is the last writer

  const Result<Handle> exit = watch_exit(*child);
  Words words;
  std::string text;
  Error why = exit ? Error() : exit.error();
  for (std::size_t heard = 0; exit && heard < kMostWords;) {
    const std::size_t before = text.size();
    const Result<Heard> what = hear(pipe->read.get(), exit->get(), ready_by, text);
    heard += text.size() - before;
    take_lines(text, words);
    if (words.ready) return child;
    if (what && *what == Heard::bytes) continue;
    if (!what) why = what.error();
    if (what && *what == Heard::deadline)
      why = make_error("daemon", std::errc::timed_out, words.status);
    if (what && *what == Heard::end && words.error == 0) why = silent(*child);
    break;
  }
  if (words.error != 0) {
    why = {"daemon", std::error_code(words.error, std::generic_category()), words.status};
  }
  if (why.call[0] == '\0')
    why = make_error("daemon", std::errc::protocol_error, "it talks too much");
  kill_with_group(*child);  // half a daemon is worse than none
  (void)child->wait();
  return why;
}
//< launch

}  // namespace proclab::daemon
