// Chapter 12 · child_process: how a child begins. Read child_process.h, state.h first.
#include <utility>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch11_channel/start.h"
#include "chapters/ch12_child_process/shell.h"
#include "chapters/ch12_child_process/state.h"

namespace proclab::child_process {
namespace {

using proclab::spawn::Slot;
using What = Stdio::What;

Error bad(const char* option, std::string why) {
  return make_error(option, std::errc::invalid_argument, std::move(why));
}

/// The mistake is the caller's, and so is the news. All else is the system's, and comes as an
/// event: Node's EACCES, EAGAIN, EMFILE, ENFILE and ENOENT, and what it throws although the call
/// was fine.
bool is_the_callers(const Error& why) {
  return why.code == std::errc::invalid_argument || why.code == std::errc::not_supported ||
         why.code == std::errc::argument_list_too_long ||
         why.code == std::errc::bad_file_descriptor;
}

/// Texts and flags. Slots come later.
proclab::spawn::Options program_of(std::string file, std::vector<std::string> args,
                                   const Options& options) {
  proclab::spawn::Options program;
  program.verbatim_args = options.windows_verbatim_arguments;
  if (options.shell) {
    std::string command = std::move(file);
    for (const std::string& arg : args) command += " " + arg;
    ShellCommand shell = shell_command(*options.shell, command);
    file = std::move(shell.file);
    args = std::move(shell.args);
    program.verbatim_args |= shell.verbatim;
  }
  program.file = std::move(file);
  program.args = std::move(args);
  program.argv0 = options.argv0;
  program.env = options.env;
  program.cwd = options.cwd;
  program.uid = options.uid;
  program.gid = options.gid;
  program.hide_window = options.windows_hide;
  if (options.detached) program.attach = proclab::spawn::Attach::new_session;
  return program;
}

/// All slots from 0 on, and where the channel is.
struct Layout {
  std::vector<Stdio> all;
  std::optional<int> ipc;
};

Result<Layout> lay_out(const std::vector<Stdio>& wanted) {
  Layout layout{wanted, {}};
  while (layout.all.size() < 3) layout.all.push_back(Stdio::pipe());
  for (std::size_t n = 0; n < layout.all.size(); ++n) {
    if (layout.all[n].what != What::ipc) continue;
    if (layout.ipc) return bad("stdio", "two channels; a child has room for one");
    layout.ipc = static_cast<int>(n);
  }
  return layout;
}

struct Ends {
  Handle ours, theirs;
};

//> make-ends
/// A pipe for slot `n`. Ours is for the loop; theirs for any program, unless it has asked for
/// another.
Result<Ends> make_ends(std::size_t n, bool overlapped) {
  if (n > 2) {
    Result<sockets::Pair> pair = overlapped ? sockets::pair() : sockets::pair_for_child();
    if (!pair) return pair.error();
    return Ends{std::move(pair->first), std::move(pair->second)};
  }
  using pipes::Async;
  // On POSIX "overlapped" would be O_NONBLOCK, which no child expects at its stdin.
  const Async both = overlapped && kWindows ? Async::both : n == 0 ? Async::write : Async::read;
  Result<pipes::Pipe> pipe = pipes::make_pipe(both);
  if (!pipe) return pipe.error();
  if (n == 0) return Ends{std::move(pipe->write), std::move(pipe->read)};
  return Ends{std::move(pipe->read), std::move(pipe->write)};
}
//< make-ends

/// Makes the pipes. `theirs` are to be closed when the child has its copies: as long as we hold
/// one, no read comes to an end.
Result<void> add_slots(ChildProcess::State& child, loop::Loop& loop, const Layout& layout,
                       std::vector<Slot>& slots, std::vector<Handle>& theirs) {
  for (std::size_t n = 0; n < layout.all.size(); ++n) {
    const Stdio& one = layout.all[n];
    const int number = static_cast<int>(n);
    switch (one.what) {
      case What::ipc: break;
      case What::ignore:
        if (n < 3) slots.push_back(Slot::null(number));
        break;
      case What::inherit: slots.push_back(Slot::inherit(number)); break;
      case What::handle: slots.push_back(Slot::from(number, one.native)); break;
      case What::pipe:
      case What::overlapped: {
        Result<Ends> ends = make_ends(n, one.what == What::overlapped);
        if (!ends) return ends.error();
        Result<loop::Stream> stream = loop::Stream::open(loop, std::move(ends->ours));
        if (!stream) return stream.error();
        child.pipes[n]->open(std::move(*stream), [&child] { child.changed(); });
        slots.push_back(Slot::from(number, ends->theirs.get()));
        theirs.push_back(std::move(ends->theirs));
      }
    }
  }
  return {};
}

//> begin
/// All that can go wrong with a spawn, in one Result.
Result<void> begin(ChildProcess::State& child, loop::Loop& loop, proclab::spawn::Options program,
                   const Options& options, const Layout& layout) {
  std::vector<Handle> theirs;
  if (auto r = add_slots(child, loop, layout, program.slots, theirs); !r) return r;
  if (options.whole_tree.value_or(false)) {
    Result<reaping::Tree> tree = reaping::Tree::make();
    if (!tree) return tree.error();
    tree->put_around(program);
    child.tree.emplace(std::move(*tree));
  } else if (!options.detached) {
    if (auto r = reaping::put_in_our_job(program); !r) return r;
  }
  if (!layout.ipc) {
    Result<proclab::spawn::Process> process = proclab::spawn::start(program);
    if (!process) return process.error();
    return child.started(loop, std::move(*process));
  }
  Result<channel::Child> both =
      channel::start(loop, std::move(program), options.channel, *layout.ipc);
  if (!both) return both.error();
  child.channel.emplace(std::move(both->channel));
  child.channel_open = true;
  child.channel->start(child.channel_events());
  return child.started(loop, std::move(both->process));
}
//< begin

}  // namespace

using State = ChildProcess::State;

Result<void> State::started(loop::Loop& loop, proclab::spawn::Process child) {
  process.emplace(std::move(child));
  Result<loop::Exit> watch = loop::Exit::watch(loop, *process, [this] { on_exit(); });
  // Nobody can hear of its end any more: it is over already, and the kernel has buried it (SIGCHLD
  // is ignored).
  const bool is_buried = !watch && watch.error().code == std::errc::no_such_process;
  if (!watch && !is_buried) {  // a child whose end nobody would hear of
    (void)process->kill(proclab::spawn::kKill);
    (void)process->wait();
    process.reset();
    return watch.error();
  }
  if (watch) exit.emplace(std::move(*watch));
  pid = process->pid();
  poster.post([self = shared_from_this(), is_buried] {
    self->tell(&Events::spawn);
    if (is_buried) self->on_exit();
  });
  return {};
}

void State::keep_until_close(loop::Loop& loop) {
  struct Keep {
    explicit Keep(std::shared_ptr<State> of) : state(std::move(of)) {}
    ~Keep() { state->let_go(); }
    Keep(const Keep&) = delete;
    Keep& operator=(const Keep&) = delete;
    std::shared_ptr<State> state;
  };
  const auto keep = std::make_shared<Keep>(shared_from_this());
  keeper.emplace(loop::Timer::once(loop, Milliseconds(0), [keep] {}));
  keeper->stop();
}

void State::abandon() {
  for (const auto& pipe : pipes) {
    if (pipe) pipe->close();
  }
  if (channel) channel->close();
  channel_open = false;
  tree.reset();
}

void State::never_started(const Error& why) {
  abandon();
  ended = true;
  poster.post([self = shared_from_this(), why] {
    self->tell(&Events::error, why);
    self->changed();
  });
}

void State::listen(const Options& options, loop::Loop& loop) {
  kill_signal = options.kill_signal;
  if (!process) return;
  if (options.timeout) {
    timer.emplace(loop::Timer::once(loop, *options.timeout, [this] { on_timeout(); }));
  }
  if (!options.abort) return;
  // abort() is somebody's call, and an event is the loop's.
  const auto later = [this] { poster.post([self = shared_from_this()] { self->on_abort(); }); };
  abort = options.abort->listen(later);
  if (options.abort->aborted()) later();
}

Result<ChildProcess> spawn(loop::Loop& loop, std::string file, std::vector<std::string> args,
                           const Options& options) {
  Result<Layout> layout = lay_out(options.stdio);
  if (!layout) return layout.error();
  proclab::spawn::Options program = program_of(std::move(file), std::move(args), options);
  const auto state = std::make_shared<State>(loop);
  state->file = program.file;
  state->args = program.args;
  state->args.insert(state->args.begin(), program.argv0.value_or(program.file));
  for (const Stdio& one : layout->all) {
    const bool is_pipe = one.what == What::pipe || one.what == What::overlapped;
    state->pipes.push_back(is_pipe ? std::make_unique<PipeEnd>() : nullptr);
  }
  if (auto r = begin(*state, loop, std::move(program), options, *layout); !r) {
    if (is_the_callers(r.error())) return r.error();
    state->never_started(r.error());
  }
  state->keep_until_close(loop);
  state->listen(options, loop);
  return ChildProcess(state);
}

}  // namespace proclab::child_process
