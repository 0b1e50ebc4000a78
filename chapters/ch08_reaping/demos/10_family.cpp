// Chapter 8 · family: the tree of processes, with states, groups and sessions; once, or live.
//
// Look for: R runs, S sleeps, T is stopped, Z is a zombie. The orphan stands below its adopter;
// that it was born to another is known because this program looked before. Live, with your shell:
// ch08_family --watch.
//
// Run: ch08_family --example
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "chapters/ch01_process/ending.h"
#include "chapters/ch01_process/identity.h"
#include "chapters/ch01_process/title.h"
#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch07_signals/names.h"
#include "chapters/ch08_reaping/change.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch08_reaping/watch.h"
#include "platform/clock.h"
#include "platform/self.h"

using namespace proclab;
using reaping::Member;
using spawn::Slot;

namespace {

constexpr int kLifeline = 3;

int print(Pid root, const std::vector<Member>& before) {
  const Result<std::vector<Member>> all = reaping::processes();
  if (!all) return std::puts(all.error().message().c_str()), 1;
  std::fputs(reaping::draw(*all, root, before).c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : 1;
}

/// Clears the terminal and draws again, twice a second, until somebody ends it. Whose parent is not
/// the one that we saw first, is an orphan for sure.
int watch(Pid root) {
  std::vector<Member> first;
  for (;;) {
    const Result<std::vector<Member>> all = reaping::processes();
    if (!all) return std::puts(all.error().message().c_str()), 1;
    for (const Member& one : *all) {
      const auto same = [&](const Member& m) {
        return m.pid == one.pid && m.started == one.started;
      };
      if (std::none_of(first.begin(), first.end(), same)) {
        std::erase_if(first,
                      [&](const Member& m) { return m.pid == one.pid; });  // a number, reused
        first.push_back(one);
      }
    }
    std::fputs("\x1b[H\x1b[J", stdout);
    if (print(root, first) != 0) return 1;
    std::this_thread::sleep_for(Milliseconds(500));
  }
}

spawn::Process start(const std::string& self, const char* role, NativeHandle out,
                     NativeHandle life) {
  spawn::Options options{.file = self, .args = {"--child", role}};
  options.slots = {Slot::from(1, out), Slot::from(kLifeline, life)};
  return *spawn::start(options);
}

/// A child of the example says that it is ready, and lives as long as the example does.
int be_child(const std::string& self, const std::string& role) {
  if (!kWindows) (void)process::set_title(role);  // there it would be the console's title
  const Result<NativeHandle> end = reaping::lifeline_in(kLifeline);
  if (!end) return 1;
  if (role == "parent") {
    spawn::Options options{.file = self, .args = {"--child", "orphan"}};
    options.slots = {Slot::from(kLifeline, *end)};
    Result<spawn::Process> orphan = spawn::start(options);
    if (orphan) orphan->disown();
  }
  process::say_now("r");
  return reaping::wait_ended(*end) ? 0 : 1;
}

/// A look at all when nobody below us runs any more: who has said that it is ready runs for a moment yet, on a busy machine
/// for a long one. After ten seconds a look at whatever they do.
Result<std::vector<Member>> when_all_sleep() {
  for (const Deadline deadline = Deadline::after(Milliseconds(10'000));;) {
    Result<std::vector<Member>> all = reaping::processes();
    if (!all || deadline.passed()) return all;
    const auto runs = [](const Member& one) {
      return one.state == 'R' && one.pid != process::pid();
    };
    const std::vector<Member> family = reaping::below(*all, process::pid());
    if (std::none_of(family.begin(), family.end(), runs)) return all;
    std::this_thread::yield();
  }
}

int example(const std::string& self) {
  (void)reaping::adopt_orphans();  // Windows: nobody adopts, and nothing is lost
  reaping::Lifeline life = *reaping::make_lifeline();
  pipes::Pipe out = *pipes::make_pipe();
  std::array<spawn::Process, 4> children{start(self, "sleeper", out.write.get(), life.end.get()),
                                         start(self, "stopped", out.write.get(), life.end.get()),
                                         start(self, "zombie", out.write.get(), life.end.get()),
                                         start(self, "parent", out.write.get(), life.end.get())};
  auto& [sleeper, stopped, zombie, parent] = children;
  char ready = 0;
  for (int i = 0; i < 5; ++i) (void)pipes::read_some(out.read.get(), &ready, 1);
  const Result<std::vector<Member>> before = when_all_sleep();

  const Result<int> stop = signals::number_of("SIGSTOP");
  if (stop && stopped.kill(*stop)) (void)reaping::wait_change(stopped);
  const Result<Handle> dying = reaping::watch(zombie);
  if (zombie.kill(spawn::kKill)) (void)reaping::wait_ended(dying->get());
  if (parent.kill(spawn::kKill)) (void)parent.wait();

  const int code = print(process::pid(), before ? *before : std::vector<Member>{});
  std::vector<Pid> own;
  for (spawn::Process& child : children) {
    if (child.owes_wait()) own.push_back(child.pid());
    (void)child.kill(spawn::kKill);
  }
  (void)reaping::kill_descendants(own);  // the adopted one
  for (spawn::Process& child : children) (void)child.wait();
  return code;
}

int usage(int code) {
  std::puts(
      "usage: ch08_family [--watch] [PID] | --example\n"
      "Draws the processes from PID down; without one, from this program's parent.\n"
      "  --watch    again and again, until Ctrl-C\n"
      "  --example  of a family with a sleeper, a stopped one, a zombie and an orphan");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = process::keep_args(argc, argv);
  const Result<std::string> self = self_path();
  const Result<Pid> above = process::parent_pid();
  if (!self || !above) return 1;
  if (args.size() == 3 && args[1] == "--child") return be_child(*self, args[2]);
  bool live = false;
  Pid root = *above;
  for (std::size_t i = 1; i < args.size(); ++i) {
    if (args[i] == "--example") return example(*self);
    if (args[i] == "--watch") {
      live = true;
    } else if (const long pid = std::atol(args[i].c_str()); pid > 0) {
      root = static_cast<Pid>(pid);
    } else {
      return usage(args[i] == "--help" ? 0 : 2);
    }
  }
  return live ? watch(root) : print(root, {});
}
