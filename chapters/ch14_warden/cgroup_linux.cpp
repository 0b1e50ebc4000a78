// Chapter 14 · warden: making a control group, asking it, and taking it away. Read cgroup_linux.h first.
//
// The whole interface is folders and files: mkdir makes a group, writing a pid into cgroup.procs moves a
// process, rmdir ends it. Meets: mkdir, rmdir; memory.max, pids.max, cgroup.kill; version 1's names.
#include "chapters/ch14_warden/cgroup_linux.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch01_process/proc_linux.h"
#include "platform/handle.h"

namespace proclab::warden {
namespace {

bool has_file(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<void> put(const std::string& path, const std::string& text) {
  const Handle file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return last_error("open", path);
  if (::write(file.get(), text.data(), text.size()) == -1) return last_error("write", path);
  return {};
}

std::optional<std::uint64_t> number_in(const std::string& path) {
  const Result<std::string> text = process::read_proc(path.c_str());
  if (!text) return std::nullopt;
  const Result<std::uint64_t> value = process::to_number(*text);
  return value ? std::optional(*value) : std::nullopt;
}

/// The number behind `key` in a file of lines such as "oom_kill 3".
std::optional<std::uint64_t> number_at(const std::string& path, const std::string& key) {
  const Result<std::string> text = process::read_proc(path.c_str());
  if (!text) return std::nullopt;
  const std::string wanted = "\n" + key + " ";
  const std::size_t at = ("\n" + *text).find(wanted);
  if (at == std::string::npos) return std::nullopt;
  const std::string rest = text->substr(at + wanted.size() - 1);
  const Result<std::uint64_t> value = process::to_number(rest.substr(0, rest.find('\n')));
  return value ? std::optional(*value) : std::nullopt;
}

/// Which of what we need a new group really has: version 2 hands controllers down, or does not.
std::vector<std::string> controllers_in(const std::string& folder, int version) {
  const std::string sign[][2] = {{"memory", version == 2 ? "memory.max" : "memory.limit_in_bytes"},
                                 {"pids", "pids.max"},
                                 {"cpu", version == 2 ? "cpu.stat" : "cpuacct.usage"}};
  std::vector<std::string> found;
  for (const auto& [name, file] : sign) {
    if (has_file(folder + "/" + file)) found.push_back(name);
  }
  return found;
}

/// The groups that this process is in, of all that are mounted.
Result<std::vector<Hierarchy>> own_hierarchies() {
  const Result<std::string> mounts = process::read_proc("/proc/self/mountinfo");
  const Result<std::string> own = process::read_proc("/proc/self/cgroup");
  if (!mounts || !own) return (mounts ? own : mounts).error();
  return hierarchies(*mounts, *own);
}

std::string folder_above(const std::string& folder) { return folder.substr(0, folder.rfind('/')); }

constexpr std::string_view kName = "warden-";

std::string name_of(Pid process) { return "/" + std::string(kName) + std::to_string(process); }

bool is_gone(std::string_view process) {
  Pid pid = 0;
  const char* const end = process.data() + process.size();
  if (std::from_chars(process.data(), end, pid).ptr != end || pid <= 0) return false;
  return ::kill(pid, 0) == -1 && errno == ESRCH;
}

/// Wardens that were killed, with all who could have done it for them, have left empty groups here. One that
/// is in use stays in any case, also where its warden only seems gone, from another pid namespace: rmdir() refuses.
void remove_strays(const std::string& above) noexcept {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(above.c_str()), ::closedir);
  if (!folder) return;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(kName) || !is_gone(name.substr(kName.size()))) continue;
    ::rmdir((above + "/" + entry->d_name).c_str());
  }
}

/// Who has just been reaped may be counted for a moment longer: then again. This orders nothing: it gives up.
void remove(const std::string& folder) noexcept {
  for (int round = 0; round < 200; ++round) {
    if (::rmdir(folder.c_str()) == 0 || errno != EBUSY) break;
    ::poll(nullptr, 0, 1);
  }
}

}  // namespace

//> make
Result<Cgroup> Cgroup::make() {
  const Result<std::vector<Hierarchy>> own = own_hierarchies();
  if (!own) return own.error();
  const std::string name = name_of(::getpid());
  Cgroup made;
  std::optional<Error> why;
  for (const Hierarchy& hierarchy : *own) {
    // Version 2 gives no controllers to the children of a group that has processes in it: a
    // sibling of our own group may have them where a child has not.
    const Result<std::string> handed =
        process::read_proc((hierarchy.folder + "/cgroup.subtree_control").c_str());
    const bool sibling = hierarchy.version == 2 && hierarchy.folder != hierarchy.top && handed &&
                         handed->find("pids") == std::string::npos &&
                         controllers_in(hierarchy.folder, 2).size() > 1;
    for (const std::string& above :
         {sibling ? folder_above(hierarchy.folder) : hierarchy.folder, hierarchy.folder}) {
      const std::string folder = above + name;
      remove_strays(above);
      if (::mkdir(folder.c_str(), 0755) == -1) {
        why = last_error("mkdir", folder);
        continue;
      }
      made.groups_.push_back(
          {folder, hierarchy.version, controllers_in(folder, hierarchy.version)});
      break;
    }
  }
  if (!made.groups_.empty()) return made;
  return why ? *why : make_error("mkdir", std::errc::not_supported, "no cgroup is mounted here");
}
//< make

//> remove
Cgroup::~Cgroup() {
  for (const Group& group : groups_) remove(group.folder);
}

void Cgroup::remove_left_by(Pid process) noexcept {
  const Result<std::vector<Hierarchy>> own = own_hierarchies();
  if (!own) return;
  for (const Hierarchy& hierarchy : *own) {
    remove(hierarchy.folder + name_of(process));
    remove(folder_above(hierarchy.folder) + name_of(process));
  }
}
//< remove

const Cgroup::Group* Cgroup::with(const char* controller) const {
  for (const Group& group : groups_) {
    const auto& all = group.controllers;
    if (std::find(all.begin(), all.end(), controller) != all.end()) return &group;
  }
  return nullptr;
}

//> limits
Result<void> Cgroup::limit_memory(std::uint64_t bytes) {
  const Group* group = with("memory");
  if (group == nullptr) {
    return make_error("memory.max", std::errc::not_supported, "no memory controller here");
  }
  const std::string text = std::to_string(bytes);
  if (group->version == 1) {
    Result<void> set = put(group->folder + "/memory.limit_in_bytes", text);
    (void)put(group->folder + "/memory.memsw.limit_in_bytes", text);  // with swap, where it counts
    return set;
  }
  (void)put(group->folder + "/memory.swap.max", "0");
  (void)put(group->folder + "/memory.oom.group", "1");  // one for all: half a tree helps nobody
  return put(group->folder + "/memory.max", text);
}

Result<void> Cgroup::limit_processes(std::uint64_t count) {
  const Group* group = with("pids");
  if (group == nullptr) {
    return make_error("pids.max", std::errc::not_supported, "no pids controller here");
  }
  return put(group->folder + "/pids.max", std::to_string(count));
}
//< limits

Result<void> Cgroup::add(Pid process) {
  for (const Group& group : groups_) {
    Result<void> moved = put(group.folder + "/cgroup.procs", std::to_string(process));
    if (!moved) return moved;
  }
  return {};
}

//> kill
void Cgroup::kill() noexcept {
  for (const Group& group : groups_) {
    (void)put(group.folder + "/pids.max", "0");     // whoever forks faster than it is killed
    (void)put(group.folder + "/cgroup.kill", "1");  // version 2: all, in one go
  }
}
//< kill

CgroupUsage Cgroup::usage() const {
  CgroupUsage usage;
  if (const Group* group = with("cpu")) {
    if (group->version == 2) {
      usage.cpu_microseconds = number_at(group->folder + "/cpu.stat", "usage_usec");
    } else if (const auto nanoseconds = number_in(group->folder + "/cpuacct.usage")) {
      usage.cpu_microseconds = *nanoseconds / 1000;
    }
  }
  if (const Group* group = with("memory")) {
    const bool new_names = group->version == 2;
    const std::string folder = group->folder + "/";
    usage.peak_memory =
        number_in(folder + (new_names ? "memory.peak" : "memory.max_usage_in_bytes"));
    usage.oom_kills =
        number_at(folder + (new_names ? "memory.events" : "memory.oom_control"), "oom_kill")
            .value_or(0);
  }
  if (const Group* group = with("pids")) {
    usage.refused_forks = number_at(group->folder + "/pids.events", "max").value_or(0);
  }
  return usage;
}

std::string Cgroup::text() const {
  std::string text;
  for (const Group& group : groups_) {
    text += (text.empty() ? "v" : ", v") + std::to_string(group.version);
    for (const std::string& name : group.controllers) text += " " + name;
  }
  return text;
}

}  // namespace proclab::warden
