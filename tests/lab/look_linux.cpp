// tests/lab · look on Linux: processes, signals and the call that blocks them, from /proc.
//
// Read look.h first. descriptors_linux.cpp has the descriptors.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "chapters/ch01_process/proc_linux.h"
#include "chapters/ch08_reaping/descendants_posix.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/member_linux.h"
#include "tests/lab/look.h"

namespace proclab::lab {
namespace {

std::string file_of(Pid pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

/// The value behind "Name:" in /proc/PID/status.
std::string status_field(Pid pid, const std::string& name) {
  const Result<std::string> text = process::read_proc(file_of(pid, "status").c_str());
  if (!text) return "";
  const Result<std::string> value = process::status_value(*text, name);
  return value ? *value : "";
}

Seen from(const reaping::Member& member) {
  Seen seen{.pid = member.pid,
            .own = member.pid,
            .parent = member.parent,
            .group = member.group,
            .session = member.session,
            .state = member.state,
            .started = member.started,
            .name = member.name,
            .depth = 0};
  std::istringstream numbers(status_field(member.pid, "NSpid"));  // its number here, then inside
  for (Pid number; numbers >> number;) {
    seen.own = number;
    ++seen.depth;
  }
  return seen;
}

std::uint64_t bits(Pid pid, const char* name) {
  return std::strtoull(status_field(pid, name).c_str(), nullptr, 16);
}

struct CallName {
  long number;
  const char* name;
};

/// Where a program may wait. Numbers differ between processors, and newer ones lack the older calls.
constexpr CallName kCalls[] = {
    {SYS_read, "read"},
    {SYS_write, "write"},
    {SYS_readv, "readv"},
    {SYS_writev, "writev"},
    {SYS_wait4, "wait4"},
    {SYS_waitid, "waitid"},
    {SYS_futex, "futex"},
    {SYS_accept, "accept"},
    {SYS_accept4, "accept4"},
    {SYS_recvfrom, "recvfrom"},
    {SYS_recvmsg, "recvmsg"},
    {SYS_sendto, "sendto"},
    {SYS_sendmsg, "sendmsg"},
    {SYS_connect, "connect"},
    {SYS_flock, "flock"},
    {SYS_fcntl, "fcntl"},
    {SYS_ppoll, "ppoll"},
    {SYS_pselect6, "pselect6"},
    {SYS_epoll_pwait, "epoll_pwait"},
    {SYS_nanosleep, "nanosleep"},
    {SYS_clock_nanosleep, "clock_nanosleep"},
    {SYS_rt_sigsuspend, "sigsuspend"},
    {SYS_rt_sigtimedwait, "sigwait"},
    {SYS_splice, "splice"},
    {SYS_openat, "openat"},
#ifdef SYS_poll
    {SYS_poll, "poll"},
    {SYS_select, "select"},
    {SYS_epoll_wait, "epoll_wait"},
    {SYS_pause, "pause"},
    {SYS_vfork, "vfork"},
    {SYS_open, "open"},
#endif
};

}  // namespace

bool send_signal(const Seen& who, int signal) {
  reaping::Member member;
  member.pid = who.pid;
  member.started = who.started;
  return reaping::signal_member(member, signal);
}

std::optional<Seen> look_at(Pid pid) {
  const std::optional<reaping::Member> member = reaping::member_of(pid);
  if (!member) return std::nullopt;
  return from(*member);
}

std::vector<Seen> descendants() {
  std::vector<Seen> all;
  const Result<std::vector<reaping::Member>> every = reaping::processes();
  if (!every) return all;
  for (const reaping::Member& member : reaping::below(*every, ::getpid())) {
    if (member.pid != ::getpid()) all.push_back(from(member));
  }
  return all;
}

std::vector<Seen> children_of(const std::vector<Seen>& all, Pid parent) {
  std::vector<Seen> children;
  for (const Seen& seen : all) {
    if (seen.parent == parent) children.push_back(seen);
  }
  return children;
}

const Seen* find_own(const std::vector<Seen>& all, Pid own) {
  for (const Seen& seen : all) {
    if (seen.own == own) return &seen;
  }
  return nullptr;
}

Signals signals_of(Pid pid) {
  return {bits(pid, "SigBlk"), bits(pid, "SigIgn"), bits(pid, "SigCgt"),
          bits(pid, "SigPnd") | bits(pid, "ShdPnd")};
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

std::optional<Call> call_of(Pid pid) {
  std::ifstream file(file_of(pid, "syscall"));
  std::string first;
  if (!(file >> first)) return std::nullopt;
  Call call;
  if (first == "running") return Call{.name = first};
  if (first == "-1") return Call{.name = "exit"};  // a zombie is in no call
  const long number = std::strtol(first.c_str(), nullptr, 10);
  for (long& arg : call.args) {
    std::string word;
    if (file >> word) arg = static_cast<long>(std::strtoull(word.c_str(), nullptr, 16));
  }
  call.name = "call " + first;
  for (const CallName& known : kCalls) {
    if (known.number == number) call.name = known.name;
  }
  return call;
}

bool wait_blocked(Pid pid, Deadline until) {
  const auto switches = [&] {
    return status_field(pid, "voluntary_ctxt_switches") +
           status_field(pid, "nonvoluntary_ctxt_switches");
  };
  std::string before;
  for (int same = 0; !until.passed();) {
    const std::optional<Seen> seen = look_at(pid);
    if (!seen || seen->state == 'Z') return false;
    const std::string now = switches();
    same = seen->state == 'S' && now == before ? same + 1 : 0;
    if (same == 5) return true;
    before = now;
    std::this_thread::sleep_for(Milliseconds(2));  // between looks; nothing is ordered by it
  }
  return false;
}

bool spins(Pid pid) {
  int running = 0;
  for (int look = 0; look < 20; ++look) {
    const std::optional<Seen> seen = look_at(pid);
    if (seen && seen->state == 'R') ++running;
    std::this_thread::sleep_for(Milliseconds(2));
  }
  return running >= 15;
}

bool runs_file(Pid pid, const std::string& path) {
  struct stat mine {
  }, its{};
  return ::stat(path.c_str(), &mine) == 0 && ::stat(file_of(pid, "exe").c_str(), &its) == 0 &&
         mine.st_dev == its.st_dev && mine.st_ino == its.st_ino;
}

}  // namespace proclab::lab
