// tests/lab · program on Linux: one poll loop for its pipes and its end. Read program.h first.
//
// Raw calls: poll, pidfd_open, read, write; pipes_linux.h has the ends.
#include "tests/lab/program.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <thread>

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/descendants_posix.h"
#include "chapters/ch08_reaping/member_linux.h"
#include "platform/handle.h"
#include "tests/lab/begin/report.h"
#include "tests/lab/hang.h"
#include "tests/lab/pipes_linux.h"

namespace proclab::lab {
namespace {

constexpr int kReports = 62;  // in the wrapper: above what an exercise hands to its program

/// LAB_PATIENCE=3: this machine has three times as much to do as it can, so all deadlines are longer. Whoever
/// hangs is told a little later; who is only slow loses nothing.
int patience() {
  const char* text = std::getenv("LAB_PATIENCE");
  return std::clamp(text != nullptr ? std::atoi(text) : 1, 1, 10);
}

/// Not a zombie, and not about to be one: whom a signal has just killed needs the processor once more for it.
bool lives_on(const Seen& seen) {
  const Deadline settled = Deadline::after(Milliseconds(500) * patience());
  for (;;) {
    const std::optional<Seen> now = look_at(seen.pid);
    if (!now || now->started != seen.started || now->state == 'Z' || now->state == 'X')
      return false;
    const Signals signals = signals_of(seen.pid);
    const bool woken = (signals.pending & ~signals.blocked & ~signals.ignored) != 0;
    if ((now->state == 'S' && !woken) || settled.passed()) return true;
    std::this_thread::sleep_for(Milliseconds(1));
  }
}

}  // namespace

struct Program::State {
  std::string path;
  Plan plan;
  std::string* told = nullptr;  // where a fault is written down, too
  bool wrapped = false, foreign = false;
  bool reports = false;  // the wrapper ends in tests/lab/begin
  Pid reporter = 0;      // which is that, by its own number; 0: the wrapper has not done its part
  std::optional<int> status;  // the program's, from there
  Deadline deadline;
  std::optional<spawn::Process> child;  // the wrapper, or the program itself
  Handle in, out, err, end, begun;
  std::string input, out_text, err_text, fault;
  std::vector<Piece> pieces;
  std::size_t lines_taken = 0;  // bytes of out_text that line() has given out
  Pid program = 0;
  std::optional<reaping::Member> member;  // the program, under a name that is not reused
  std::vector<Pid> above;                 // the wrapper's processes, from ours down to the program
  bool over = false, ended = false, timed_out = false, flooded = false;

  void start(const std::vector<std::string>& command);
  void locate();
  void feed();
  void drain(Handle& from, std::string& text, bool tagged);
  void drain_all();
  void listen();
  bool step(bool wait);
  [[nodiscard]] std::vector<Seen> family() const;
};

void Program::State::start(const std::vector<std::string>& command) {
  const auto given = [&](int number) {
    return std::any_of(plan.slots.begin(), plan.slots.end(),
                       [&](const spawn::Slot& slot) { return slot.number == number; });
  };
  Pipe pipes[3];
  if (!given(0)) pipes[0] = make_pipe(fault);
  if (!given(1)) pipes[1] = plan.tagged ? make_tagged(fault) : make_pipe(fault);
  if (!given(2)) pipes[2] = make_pipe(fault);
  spawn::Options options{.file = command[0],
                         .args = {command.begin() + 1, command.end()},
                         .cwd = plan.folder,
                         .slots = plan.slots,
                         .attach = spawn::Attach::new_session,
                         .die_with_parent = true};
  for (int n = 0; n < 3; ++n) {
    const Handle& its = n == 0 ? pipes[n].read : pipes[n].write;
    if (its) options.slots.push_back(spawn::Slot::from(n, its.get()));
  }
  Pipe begins = reports ? make_records(fault) : Pipe{};
  if (begins.write) options.slots.push_back(spawn::Slot::from(kReports, begins.write.get()));
  for (const auto& [name, value] : plan.env) options.env.changes.emplace_back(name, value);
  options.limits = {{process::Limit::core_size, {0, 0}},
                    {process::Limit::file_size, {64U << 20U, 64U << 20U}}};
  if (plan.nonblocking_output) set_nonblocking(pipes[1].write);
  if (!fault.empty()) return;
  Result<spawn::Process> started = spawn::start(options);
  if (!started) {
    fault = started.error().message();
    return;
  }
  child = std::move(*started);
  end = Handle(static_cast<int>(::syscall(SYS_pidfd_open, child->pid(), 0)));
  in = std::move(pipes[0].write), out = std::move(pipes[1].read), err = std::move(pipes[2].read);
  begun = std::move(begins.read);
  for (const Handle* ours : {&in, &out, &err, &begun}) {
    if (*ours) set_nonblocking(*ours);  // of our ends alone: a pipe's ends are two descriptions
  }
}

/// Behind a wrapper: the first below it that runs the student's file. It comes a moment later.
void Program::State::locate() {
  if (!wrapped && child && program == 0) {
    program = child->pid();
    member = reaping::member_of(program);
  }
  while (program == 0 && !foreign && child && step(false)) {
    const std::vector<Seen> all = descendants();
    for (const Seen& seen : all) {
      if (seen.state == 'Z' || !runs_file(seen.pid, path)) continue;
      program = seen.pid;
      member = reaping::member_of(program);
      for (Pid up = seen.parent; up != ::getpid();) {  // who stands between it and us
        above.push_back(up);
        const std::optional<Seen> parent = look_at(up);
        if (!parent) break;
        up = parent->parent;
      }
      return;
    }
    std::this_thread::sleep_for(Milliseconds(1));
  }
}

std::vector<Seen> Program::State::family() const {
  std::vector<Seen> all = descendants();
  std::erase_if(all, [&](const Seen& seen) {
    // Of the wrapper's namespace: its init, and who reports from there.
    const bool inner = wrapped && seen.depth > 1 && (seen.own == 1 || seen.own == reporter);
    return inner || (wrapped && child && seen.pid == child->pid()) ||
           std::find(above.begin(), above.end(), seen.pid) != above.end();
  });
  return all;
}

/// What the wrapper's last step has to say.
void Program::State::listen() {
  Report report{};
  ssize_t got = -1;
  while (begun && (got = ::read(begun.get(), &report, sizeof report)) == sizeof report) {
    if (report.what == Report::What::begun) reporter = report.value;
    if (report.what == Report::What::ended) status = report.value;
  }
  if (got == 0) begun.close();
}

void Program::State::feed() {
  while (in && !input.empty()) {
    const ssize_t n = ::write(in.get(), input.data(), input.size());
    if (n == -1 && errno == EAGAIN) return;
    if (n == -1) in.close();  // EPIPE: it does not want the rest
    if (n > 0) input.erase(0, static_cast<std::size_t>(n));
  }
  if (input.empty() && !plan.keep_input) in.close();
}

void Program::State::drain(Handle& from, std::string& text, bool tagged) {
  char buffer[65536];
  for (int round = 0; from && round < 64; ++round) {
    Pid writer = 0;
    const ssize_t n = receive(from.get(), tagged, buffer, sizeof buffer, writer);
    if (n == -1 && errno == EINTR) continue;
    if (n == -1 && errno == EAGAIN) return;
    if (n <= 0) return from.close();
    std::string got(buffer, static_cast<std::size_t>(n));
    if (foreign) std::erase(got, '\r');
    text += got;
    if (tagged) {
      if (pieces.empty() || pieces.back().writer != writer) pieces.push_back({writer, ""});
      pieces.back().text += got;
    }
    if (text.size() > plan.output_cap) {
      flooded = over = true;
      return;
    }
  }
}

void Program::State::drain_all() {
  if (!plan.hold_output) drain(out, out_text, plan.tagged);
  drain(err, err_text, false);
}

/// Moves what can be moved, once. False: it is over (ended, deadline or cap).
bool Program::State::step(bool wait) {
  if (over || !child) return false;
  feed();
  const short want_in = input.empty() ? 0 : POLLOUT;
  pollfd polls[5] = {{end.get(), POLLIN, 0},
                     {plan.hold_output ? -1 : out.get(), POLLIN, 0},
                     {err.get(), POLLIN, 0},
                     {want_in != 0 ? in.get() : -1, want_in, 0},
                     {begun.get(), POLLIN, 0}};
  ::poll(polls, 5, wait ? deadline.poll_timeout() : 0);
  listen();
  drain_all();  // after that: whatever it wrote before its end is there
  if ((polls[0].revents & POLLIN) != 0 || status) over = ended = true;
  if (!over && deadline.passed()) over = timed_out = true;
  return !over;
}

Program::Program(std::vector<std::string> command, std::string path, Plan plan, std::string& fault)
    : state_(std::make_unique<State>()) {
  state_->path = std::move(path);
  state_->told = &fault;
  state_->wrapped = command.front() != state_->path;
  state_->foreign = state_->path.ends_with(".exe");
  if (state_->wrapped && !plan.env.empty()) {  // a wrapper has an environment of its own
    std::vector<std::string> words = {"/usr/bin/env"};
    for (const auto& [name, value] : plan.env) words.push_back(name + "=" + value);
    command.insert(command.end() - 1, words.begin(), words.end());
  }
  for (std::string& word : command) {
    if (word != "{begun}") continue;
    word = std::to_string(kReports);
    state_->reports = true;
  }
  command.insert(command.end(), plan.args.begin(), plan.args.end());
  state_->input = plan.input;
  state_->plan = std::move(plan);
  state_->plan.deadline *= patience();
  state_->deadline = Deadline::after(state_->plan.deadline);
  state_->start(command);
}

Program::Program(Program&&) noexcept = default;
Program::~Program() {
  if (!state_) return;
  state_->over = true;  // nobody waits for what it would still do
  (void)finish();
}

bool Program::foreign() const { return state_->foreign; }

Pid Program::pid() {
  state_->locate();
  return state_->over ? 0 : state_->program;
}

std::vector<Seen> Program::family() {
  state_->locate();
  return state_->family();
}

std::vector<Seen> Program::offspring() {
  std::vector<Seen> all = family();
  std::erase_if(all, [&](const Seen& seen) { return seen.pid == state_->program; });
  return all;
}

std::optional<Seen> Program::find(std::string_view name, Milliseconds within) {
  const Deadline until = Deadline::after(within * patience());
  for (;;) {
    // Asked before the look: one that ends within it may have left somebody who was not there yet. And whoever
    // has outlived it may be a copy of a shell that is about to become `name`.
    const bool was_over = ended(), is_late = until.passed();
    bool anybody = false;
    for (const Seen& seen : offspring()) {
      if (seen.name == name) return seen;
      anybody = anybody || seen.state != 'Z';
    }
    if (is_late || (was_over && !anybody)) return std::nullopt;
  }
}

std::optional<std::string> Program::line() {
  State& s = *state_;
  for (;;) {
    if (const std::size_t end = s.out_text.find('\n', s.lines_taken); end != std::string::npos) {
      std::string line = s.out_text.substr(s.lines_taken, end - s.lines_taken);
      s.lines_taken = end + 1;
      return line;
    }
    if (!s.step(true) && s.out_text.find('\n', s.lines_taken) == std::string::npos) {
      return std::nullopt;
    }
  }
}

bool Program::output_reaches(std::size_t bytes) {
  while (state_->out_text.size() < bytes) {
    if (!state_->step(true)) break;
  }
  return state_->out_text.size() >= bytes;
}

const std::string& Program::out() const { return state_->out_text; }
const std::vector<Piece>& Program::pieces() const { return state_->pieces; }
void Program::feed(std::string_view input) {
  state_->input += input;
  state_->step(false);
}
void Program::end_input() {
  state_->plan.keep_input = false;
  state_->step(false);
}
void Program::resume_output() { state_->plan.hold_output = false; }
void Program::close_output() { state_->out.close(); }

bool Program::sleeps_in(std::string_view call, Milliseconds within) {
  const Deadline until = Deadline::after(within * patience());
  while (!until.passed() && state_->step(false)) {
    if (!state_->input.empty()) continue;
    if (!wait_blocked(pid(), Deadline::after(Milliseconds(50)))) continue;
    if (call.empty() || this->call() == call) return !ended();
  }
  return false;
}

std::string Program::call() {
  const Pid who = ended() ? 0 : pid();
  const std::optional<Call> now = who != 0 ? call_of(who) : std::nullopt;
  return now ? now->name : "exit";
}

bool Program::ended() { return !state_->step(false); }

bool Program::signal(int signal) {
  return pid() != 0 && state_->member && reaping::signal_member(*state_->member, signal);
}

Ending Program::finish() {
  State& s = *state_;
  Ending ending;
  ending.fault = s.fault;
  if (!s.child) {
    if (s.told->empty()) *s.told = s.fault;
    return ending;
  }
  s.plan.keep_input = s.plan.hold_output = false;
  while (s.step(true)) {
  }
  s.drain_all();
  if (s.timed_out) {
    s.over = false;  // for locate(): it lives, and that is the trouble
    s.deadline = Deadline::after(Milliseconds(500));
    if (s.program == 0) s.locate();
    ending.hang = explain_hang(s.family(), s.program, s.plan.deadline);
    s.over = true;
  } else if (!s.flooded) {
    for (Seen& seen : s.family()) {
      if (seen.pid != s.child->pid() && lives_on(seen)) ending.outlived.push_back(std::move(seen));
    }
  }
  const Pid own[] = {s.child->pid()};
  if (const auto swept = reaping::kill_descendants(own); !swept) {
    ending.fault = swept.error().message();
  }
  if (const auto status = s.child->wait(); status) {
    ending.status = *status;
  } else {
    ending.fault = status.error().message();
  }
  s.drain_all();
  s.listen();
  if (s.reports && s.reporter == 0 && (s.ended || s.timed_out)) {
    ending.fault = "the sandbox did not start the program: " + excerpt(s.err_text, 300);
    if (s.told->empty()) *s.told = ending.fault;
  }
  if (s.status) {
    ending.status = {
        .code = WIFEXITED(*s.status) ? static_cast<unsigned>(WEXITSTATUS(*s.status)) : 0,
        .signal = WIFSIGNALED(*s.status) ? WTERMSIG(*s.status) : 0};
  } else if (s.reports && ending.status.code > 128 && ending.status.code <= 128 + 64) {
    ending.status = {.code = 0, .signal = static_cast<int>(ending.status.code) - 128};
  }
  ending.timed_out = s.timed_out, ending.flooded = s.flooded;
  ending.out = s.out_text, ending.err = s.err_text;
  s.child.reset();
  return ending;
}

}  // namespace proclab::lab
