// Chapter 8 · master: eight children whose master is killed, and how many survive it.
//
// Look for: SIGKILL cannot be caught, so the master could tell nobody. The careless children live
// on as orphans. The others hold the end of a lifeline, which ends with the master, whatever ended
// it. The bound ones are as careless, but the system was asked to end them with their master.
//
// Run: ch08_master
// Run: ch08_master --careless
// Run: ch08_master --bound
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "chapters/ch01_process/ending.h"
#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch08_reaping/watch.h"
#include "platform/self.h"

using namespace proclab;
using spawn::Slot;

namespace {

constexpr int kChildren = 8;
constexpr int kLifeline = 3, kDemos = 4;  // slots: of the master's, and of this demo's

int be_child(int slot) {
  const Result<NativeHandle> end = reaping::lifeline_in(slot);
  if (!end) return 1;
  process::say_now("r");  // ready
  return reaping::wait_ended(*end) ? 0 : 1;
}

//> master
int be_master(const std::string& self, const std::string& how) {
  reaping::Lifeline lifeline = *reaping::make_lifeline();
  const Result<NativeHandle> demos = reaping::lifeline_in(kDemos);
  if (!demos) return 1;
  for (int i = 0; i < kChildren; ++i) {
    spawn::Options options{.file = self, .args = {"--child", how}};
    options.slots = {Slot::from(kLifeline, lifeline.end.get()), Slot::from(kDemos, *demos)};
    if (how == "--bound" && !reaping::end_with_us(options)) return 1;
    Result<spawn::Process> child = spawn::start(options);
    if (!child) return 1;
    child->disown();
  }
  return reaping::wait_ended(*demos) ? 0 : 1;  // it will not come to that
}
//< master

/// How many of `family` are still alive.
std::ptrdiff_t alive(const std::vector<reaping::Member>& family) {
  if (family.empty()) return 0;
  const auto now = reaping::processes();
  if (!now) return -1;
  return std::count_if(family.begin(), family.end(), [&](const reaping::Member& one) {
    return std::any_of(now->begin(), now->end(), [&](const reaping::Member& other) {
      return other.pid == one.pid && other.started == one.started && other.state != 'Z';
    });
  });
}

/// Starts a master, kills it when all its children are ready, and waits until the last has ended.
/// How many lived right after the master's end, for the careless ones; they end with us at the
/// latest.
std::ptrdiff_t round(const std::string& self, const std::string& how) {
  pipes::Pipe out = *pipes::make_pipe();
  reaping::Lifeline ours = *reaping::make_lifeline();
  spawn::Options options{.file = self, .args = {"--master", how}};
  options.slots = {Slot::from(1, out.write.get()), Slot::from(kDemos, ours.end.get())};
  Result<spawn::Process> master = spawn::start(options);
  if (!master) return -1;
  out.write.close();
  char ready[kChildren];
  for (std::size_t have = 0; have < sizeof ready;) {
    const Result<std::size_t> got = pipes::read_some(out.read.get(), ready, sizeof ready - have);
    if (!got || *got == 0) break;
    have += *got;
  }
  std::vector<reaping::Member> family;
  if (how != "--lifeline") {
    if (const auto all = reaping::processes()) family = reaping::below(*all, master->pid());
    if (!family.empty()) family.erase(family.begin());  // the master itself
  }
  (void)master->kill(spawn::kKill);
  (void)master->wait();
  if (how == "--bound") (void)pipes::read_all(out.read.get());
  std::ptrdiff_t survivors = alive(family);
  // A dying process closes what it has before it is a zombie: the bound ones have a second for that.
  for (int i = 0; how == "--bound" && survivors > 0 && i < 1000; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    survivors = alive(family);
  }
  if (!kWindows) ours.held.close();
  if (kWindows && how == "--careless") return survivors;  // our own end is what they wait for
  (void)pipes::read_all(out.read.get());  // ends when the last who could write has ended
  return survivors;
}

int usage(int code) {
  std::puts(
      "usage: ch08_master [--careless | --bound] [--rounds N]\n"
      "Kills a master of eight children, and counts who survives it.\n"
      "  --careless  the children do not watch their master\n"
      "  --bound     nor do these, but the system ends them with it\n"
      "  --rounds N  not once, but N times");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const Result<std::string> self = self_path();
  if (!self) return 1;
  std::string how = "--lifeline";
  int rounds = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--master" && i + 1 < argc) return be_master(*self, argv[i + 1]);
    if (word == "--child" && i + 1 < argc) {
      return be_child(std::string(argv[i + 1]) == "--lifeline" ? kLifeline : kDemos);
    }
    if (word == "--careless" || word == "--bound") {
      how = word;
    } else if (word == "--rounds" && i + 1 < argc) {
      rounds = std::atoi(argv[++i]);
    } else {
      return usage(word == "--help" ? 0 : 2);
    }
  }
  std::ptrdiff_t survivors = 0;
  for (int i = 0; i < rounds; ++i) survivors += round(*self, how);
  std::printf("%d killed, %d children: %td survived\n", rounds, rounds * kChildren, survivors);
  return survivors >= 0 ? 0 : 1;
}
