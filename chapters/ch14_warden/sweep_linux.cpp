// Chapter 14 · warden: look, kill, wait for who is ours, look again. Read sweep_linux.h first.
//
// Meets: /proc/PID/cmdline, NSpid in /proc/PID/status, pidfd_send_signal (by chapter 8), waitpid.
#include "chapters/ch14_warden/sweep_linux.h"

#include <algorithm>
#include <set>
#include <utility>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch01_process/proc_linux.h"
#include "chapters/ch05_pipes/exit_watch_posix.h"
#include "chapters/ch08_reaping/descendants_posix.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/watch.h"

namespace proclab::warden {
namespace {

using reaping::Member;

constexpr std::size_t kMostNamed = 1000, kLongestCommand = 300;

/// Ended, and not a main thread that has left while others run on.
bool dead(const Member& member) { return member.state == 'Z' && member.threads <= 1; }

std::string command_line(const Member& member) {
  const Result<std::string> text =
      process::read_proc(("/proc/" + std::to_string(member.pid) + "/cmdline").c_str());
  if (!text || text->empty()) return "[" + member.name + "]";
  std::string line = text->substr(0, kLongestCommand);
  std::replace(line.begin(), line.end(), '\0', ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// In our own pid namespace's inside, init is 1 and the command is 2: nobody else can have been first.
bool is_second(Pid pid) {
  const Result<std::string> text =
      process::read_proc(("/proc/" + std::to_string(pid) + "/status").c_str());
  if (!text) return false;
  const Result<std::string> numbers = process::status_value(*text, "NSpid");
  return numbers && numbers->ends_with("\t2");
}

class Sweep {
 public:
  Sweep(Pid child, bool init, Cgroup* cgroup, Deadline deadline)
      : child_(child), init_(init), cgroup_(cgroup), deadline_(deadline) {}

  Result<Swept> run();

 private:
  void name(const Member& member);
  void wait_for_ours(const std::vector<Member>& family);

  Pid child_;
  bool init_;
  Cgroup* cgroup_;
  Deadline deadline_;
  Swept swept_;
  std::set<std::pair<Pid, decltype(Member::started)>> seen_;
};

void Sweep::name(const Member& member) {
  if (member.pid == child_ || !seen_.emplace(member.pid, member.started).second) return;
  if (init_ && member.parent == child_ && is_second(member.pid)) return;
  if (swept_.survivors.size() == kMostNamed) return;
  swept_.survivors.push_back({member.pid, command_line(member)});
}

/// Our own children end now, and theirs become ours by that: no polling. But one that hangs in the
/// kernel (state D) would hold us for ever, hence the deadline.
void Sweep::wait_for_ours(const std::vector<Member>& family) {
  for (const Member& member : family) {
    if (member.parent != ::getpid()) continue;
    const Result<Handle> watch = pipes::exit_watch(member.pid);
    if (watch) (void)reaping::wait_ended(watch->get(), deadline_);
    if (member.pid != child_) ::waitpid(member.pid, nullptr, WNOHANG);
  }
}

//> sweep
Result<Swept> Sweep::run() {
  for (;;) {
    const Result<std::vector<Member>> all = reaping::processes();
    if (!all) return all.error();
    std::vector<Member> family = reaping::below(*all, ::getpid());
    std::erase_if(family, [&](const Member& member) {
      return member.pid == ::getpid() || (member.pid == child_ && dead(member));
    });
    if (family.empty()) return swept_.clean = true, std::move(swept_);
    if (deadline_.passed()) return std::move(swept_);
    for (const Member& member : family) {
      if (!dead(member)) name(member);
    }
    if (cgroup_ != nullptr) cgroup_->kill();  // from here on nobody in it can fork
    for (const Member& member : family) {
      if (!dead(member)) reaping::signal_member(member, SIGKILL);
    }
    wait_for_ours(family);
  }
}
//< sweep

}  // namespace

Result<Swept> sweep(Pid child, bool init, Cgroup* cgroup, Deadline deadline) {
  return Sweep(child, init, cgroup, deadline).run();
}

}  // namespace proclab::warden
