// Chapter 14 · warden: the walls, from wish to report. Read walls_linux.h first.
#include "chapters/ch14_warden/walls_linux.h"

#include <algorithm>
#include <string_view>

#include <unistd.h>

#include "chapters/ch01_process/limits.h"

namespace proclab::warden {
namespace {

using process::Limit;

/// Nobody may raise a hard limit but root: what is asked for is cut to what there is.
void add_limit(spawn::Options& command, Limit which, std::uint64_t soft, std::uint64_t hard) {
  const Result<process::LimitPair> now = process::get_limit(which);
  const std::uint64_t most = now && now->hard ? *now->hard : hard;
  hard = std::min(hard, most);
  command.limits.push_back({which, {std::min(soft, hard), hard}});
}

std::string plural(const std::optional<unsigned>& uid) {
  return uid ? "user " + std::to_string(*uid) : "the caller's user";
}

}  // namespace

Building::Building(const Options& options) : seccomp(options.layers.seccomp) {
  const Layers& layers = options.layers;
  walls.pid = layers.namespaces;
  walls.network = layers.no_network;
  walls.read_only = layers.namespaces && layers.read_only;
  walls.user = layers.namespaces || (layers.no_network && ::geteuid() != 0);
}

//> cgroup
Result<void> Building::make_cgroup(const Options& options) {
  if (!options.layers.cgroup) return {};
  Result<Cgroup> made = Cgroup::make();
  if (!made) {
    if (options.layers.strict) return made.error();
    missing_.push_back({"cgroup", false, made.error().message()});
    return {};
  }
  cgroup = std::move(*made);
  const Limits& limits = options.limits;
  // The init of a pid namespace is one of the group, and not the program's.
  const std::uint64_t own = walls.pid ? 1 : 0;
  group_memory = limits.memory && cgroup->limit_memory(*limits.memory).has_value();
  group_processes =
      limits.processes && cgroup->limit_processes(*limits.processes + own).has_value();
  return {};
}
//< cgroup

//> limits
spawn::Options Building::command(const Options& options, NativeHandle output,
                                 NativeHandle errors) const {
  spawn::Options command = options.command;
  command.slots.push_back(spawn::Slot::from(1, output));
  command.slots.push_back(spawn::Slot::from(2, errors));
  const bool no_stdin = std::none_of(command.slots.begin(), command.slots.end(),
                                     [](const spawn::Slot& slot) { return slot.number == 0; });
  if (no_stdin) command.slots.push_back(spawn::Slot::null(0));
  command.attach = spawn::Attach::new_session;
  const Limits& limits = options.limits;
  // SIGXCPU at the soft limit can be caught and ignored; a second later comes what cannot.
  if (limits.cpu) add_limit(command, Limit::cpu_seconds, *limits.cpu, *limits.cpu + 1);
  if (limits.file_size) add_limit(command, Limit::file_size, *limits.file_size, *limits.file_size);
  if (limits.files) add_limit(command, Limit::open_files, *limits.files, *limits.files);
  add_limit(command, Limit::core_size, 0, 0);
  if (limits.memory && !group_memory) {
    add_limit(command, Limit::address_space, *limits.memory, *limits.memory);
  }
  // It counts all of the user's processes, also those that the program has nothing to do with.
  if (limits.processes && (!group_processes || command.uid)) {
    add_limit(command, Limit::processes, *limits.processes, *limits.processes);
  }
  return command;
}
//< limits

void Building::drop_cgroup(const Error& why) {
  missing_.push_back({"cgroup", false, why.message()});
  cgroup.reset();
  group_memory = group_processes = false;
}

//> weaken
bool Building::weaken(const Error& why) {
  if (std::string_view(why.call) == "seccomp") {
    missing_.push_back({"seccomp", false, why.message()});
    return std::exchange(seccomp, false);
  }
  if (cgroup && why.detail.ends_with("cgroup.procs")) return drop_cgroup(why), true;
  if (walls.user && ::geteuid() == 0) {  // root can do without; who is not root cannot
    missing_.push_back({"user namespace", false, why.message()});
    return std::exchange(walls.user, false);
  }
  if (!walls.pid && !walls.network) return false;
  if (walls.pid) missing_.push_back({"namespaces", false, why.message()});
  if (walls.read_only) missing_.push_back({"read-only files", false, why.message()});
  if (walls.network) missing_.push_back({"no network", false, why.message()});
  walls = {};
  return true;
}
//< weaken

std::vector<Layer> Building::layers(const Options& options) const {
  std::vector<Layer> all = {{"session", true, "setsid: no terminal, a group of its own"},
                            {"no_new_privs", true, "execve() gives no rights"}};
  const Limits& limits = options.limits;
  const auto limit = [&](bool wanted, const char* name, bool held, std::string detail) {
    if (wanted) all.push_back({name, held, std::move(detail)});
  };
  limit(limits.cpu.has_value(), "cpu", true,
        cgroup ? "RLIMIT_CPU, and the group's sum" : "RLIMIT_CPU: each process for itself");
  limit(limits.memory.has_value(), "memory", true,
        group_memory ? "cgroup: the tree together" : "RLIMIT_AS: each process for itself");
  const bool root = options.command.uid.value_or(::geteuid()) == 0;
  limit(limits.processes.has_value(), "processes", group_processes || !root,
        group_processes ? "cgroup: the tree together"
        : root          ? "RLIMIT_NPROC does not hold for root"
                        : "RLIMIT_NPROC: all that belong to " + plural(options.command.uid));
  if (cgroup) all.push_back({"cgroup", true, cgroup->text()});
  if (walls.user) all.push_back({"user namespace", true, "root of nothing"});
  if (walls.pid) all.push_back({"namespaces", true, "pid, mount, ipc, uts"});
  if (walls.network) all.push_back({"no network", true, "loopback only"});
  if (walls.read_only) all.push_back({"read-only files", true, "an empty /tmp"});
  if (seccomp) all.push_back({"seccomp", true, "calls that a program does not need"});
  all.insert(all.end(), missing_.begin(), missing_.end());
  return all;
}

}  // namespace proclab::warden
