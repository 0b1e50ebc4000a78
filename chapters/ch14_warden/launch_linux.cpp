// Chapter 14 · warden: make the child, write what only a parent may write, say go, hear how it went.
//
// The order matters, and a pipe keeps it: the child waits until its group and its user map are settled, so
// that not one instruction of the program runs outside. Read launch_linux.h first.
// Meets: clone, /proc/PID/uid_map, setgroups, gid_map.
#include "chapters/ch14_warden/launch_linux.h"

#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/launch_posix.h"
#include "chapters/ch04_spawn/plan_posix.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch14_warden/child_side_linux.h"
#include "chapters/ch14_warden/seccomp_linux.h"

namespace proclab::warden {
namespace {

constexpr const char* kStepNames[] = {  // in Step's order
    "go",     "SIOCSIFFLAGS", "mount",  "mount proc", "mount_setattr", "mount tmpfs", "clone init",
    "capset", "setgroups",    "setgid", "setuid",     "no_new_privs",  "seccomp"};

const char* step_name(int step) {
  const int first = static_cast<int>(Step::go);
  return step < first ? spawn::step_name(static_cast<spawn::Step>(step)) : kStepNames[step - first];
}

/// Every signal, also the C library's two: no handler of ours shall run in the child.
class EverySignalBlocked {
 public:
  EverySignalBlocked() {
    const unsigned long all = ~0UL;
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before_, sizeof before_);
  }
  ~EverySignalBlocked() {
    ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof before_);
  }
  EverySignalBlocked(const EverySignalBlocked&) = delete;
  EverySignalBlocked& operator=(const EverySignalBlocked&) = delete;

 private:
  unsigned long before_ = 0;
};

/// A pipe whose child's end lies above all slots, where chapter 4's dup2s do not hit it.
Result<pipes::Pipe> pipe_above(int last_slot, bool child_writes) {
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  if (!pipe) return pipe;
  Handle& end = child_writes ? pipe->write : pipe->read;
  Handle lifted(::fcntl(end.get(), F_DUPFD_CLOEXEC, last_slot + 1));
  if (!lifted) return last_error("fcntl");
  end = std::move(lifted);
  return pipe;
}

unsigned long clone_flags(const Walls& walls) {
  unsigned long flags = SIGCHLD;
  if (walls.user) flags |= CLONE_NEWUSER;
  if (walls.pid) flags |= CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
  if (walls.network) flags |= CLONE_NEWNET;
  return flags;
}

Result<void> put(Pid child, const char* file, const std::string& text) {
  const std::string path = "/proc/" + std::to_string(child) + "/" + file;
  const Handle opened(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!opened) return last_error("open", path);
  if (::write(opened.get(), text.data(), text.size()) == -1) return last_error("write", path);
  return {};
}

//> maps
/// One user and one group exist inside, under the same numbers as outside: whoever owns a file still
/// owns it. Who is not root must first give up setgroups(): a group can be there to *deny* access.
Result<void> map_ids(Pid child, unsigned uid, unsigned gid) {
  const auto line = [](unsigned id) {
    return std::to_string(id) + " " + std::to_string(id) + " 1\n";
  };
  if (::geteuid() != 0) {
    if (Result<void> denied = put(child, "setgroups", "deny"); !denied) return denied;
  }
  if (Result<void> mapped = put(child, "uid_map", line(uid)); !mapped) return mapped;
  return put(child, "gid_map", line(gid));
}
//< maps

/// What only the parent may do, while the child waits.
Result<void> prepare(Pid child, const spawn::Options& command, const Walls& walls, Cgroup* cgroup) {
  if (cgroup != nullptr) {
    if (Result<void> added = cgroup->add(child); !added) return added;
  }
  if (!walls.user) return {};
  return map_ids(child, command.uid.value_or(::geteuid()), command.gid.value_or(::getegid()));
}

/// Kills and reaps a child that did not become the program.
Error give_back(Pid child, Error why) {
  ::kill(child, SIGKILL);
  while (::waitpid(child, nullptr, __WALL) == -1 && errno == EINTR) {
  }
  return why;
}

struct Pipes {
  pipes::Pipe go, report, status;
};

Result<Pipes> make_pipes(int last_slot, bool init) {
  Result<pipes::Pipe> go = pipe_above(last_slot, false);
  Result<pipes::Pipe> report = pipe_above(last_slot, true);
  if (!go || !report) return (go ? report : go).error();
  Pipes made{std::move(*go), std::move(*report), {}};
  if (!init) return made;
  Result<pipes::Pipe> status = pipe_above(last_slot, true);
  if (!status) return status.error();
  made.status = std::move(*status);
  return made;
}

//> say-go
Result<Launched> say_go(Pid child, Pipes& ends, const spawn::Options& command, const Walls& walls,
                        Cgroup* cgroup) {
  ends.report.write.close();  // or the read below would wait for this very process
  ends.status.write.close();
  ends.go.read.close();
  if (Result<void> done = prepare(child, command, walls, cgroup); !done) {
    return give_back(child, done.error());
  }
  if (::write(ends.go.write.get(), "!", 1) != 1) return give_back(child, last_error("write"));
  spawn::ChildFailure failure{};
  const Result<std::size_t> got = spawn::read_report(ends.report.read.get(), failure);
  if (!got) return give_back(child, got.error());
  if (*got == 0) {
    return Launched{spawn::Process(child, Handle()), std::move(ends.status.read)};
  }
  if (*got != sizeof failure) {
    return give_back(child, make_error("read", std::errc::protocol_error, "a report cut short"));
  }
  return give_back(child, {step_name(static_cast<int>(failure.step)),
                           std::error_code(failure.error, std::generic_category()), command.file});
}
//< say-go

}  // namespace

//> launch
Result<Launched> launch(const spawn::Options& command, const Walls& walls, bool seccomp,
                        Cgroup* cgroup) {
  Result<std::unique_ptr<spawn::Plan>> made = spawn::Plan::make(command);
  if (!made) return made.error();
  spawn::ExecPlan& plan = (*made)->exec;
  Result<Pipes> ends = make_pipes(plan.last_slot, walls.pid);
  if (!ends) return ends.error();
  plan.report_fd = ends->report.write.get();
  plan.table_is_shared = false;
  std::vector<sock_filter> code = seccomp ? make_filter() : std::vector<sock_filter>{};
  if (seccomp && code.empty()) {
    return make_error("seccomp", std::errc::not_supported, "no filter for this machine");
  }
  const sock_fprog filter{static_cast<unsigned short>(code.size()), code.data()};

  Ward ward{&plan,
            ends->go.read.get(),
            walls.pid ? ends->status.write.get() : -1,
            walls.network,
            walls.pid,
            walls.pid,
            walls.read_only,
            plan.set_groups,
            plan.set_gid,
            plan.set_uid,
            seccomp ? &filter : nullptr};
  plan.set_uid = plan.set_gid = plan.set_groups = false;  // run_ward() does it, earlier
  long child = 0;
  {
    const EverySignalBlocked blocked;
    child = ::syscall(SYS_clone, clone_flags(walls), 0, 0, 0, 0);
    if (child == 0) {
      ::close(ends->go.write.get());  // or we would wait for ourselves, with the warden dead
      run_ward(ward);
    }
  }
  if (child == -1) return last_error("clone");
  return say_go(static_cast<Pid>(child), *ends, command, walls, cgroup);
}
//< launch

bool is_wall(const Error& error) {
  const std::string_view call = error.call;
  for (const char* const name : {"clone", "write", "open", "SIOCSIFFLAGS", "mount", "mount proc",
                                 "mount_setattr", "mount tmpfs", "clone init", "seccomp"}) {
    if (call == name) return true;
  }
  return false;
}

}  // namespace proclab::warden
