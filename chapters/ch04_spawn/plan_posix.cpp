// Chapter 4 · spawn: everything that needs memory, a search or a library, done before fork().
//
// What can be wrong with the options, and where is a program looked for? Read before: spawn.h.
// Meets: environ, PATH, fcntl(F_GETFD), getpwnam_r, getgrouplist.
#include "chapters/ch04_spawn/plan_posix.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "chapters/ch01_process/limits_posix.h"
#include "chapters/ch04_spawn/environment.h"
#include "platform/text.h"

extern char** environ;

namespace proclab::spawn {
namespace {

/// getgrouplist() has gid_t on Linux and int on macOS, for the same numbers.
template <typename Group>
int ask_groups(int (*getgrouplist)(const char*, Group, Group*, int*), const char* user, gid_t group,
               gid_t* groups, int* count) {
  static_assert(sizeof(Group) == sizeof(gid_t));
  return getgrouplist(user, static_cast<Group>(group), reinterpret_cast<Group*>(groups), count);
}

Error bad(const char* option, std::string why) {
  return make_error(option, std::errc::invalid_argument, std::move(why));
}

/// The pointers that execve takes: into `texts`, which must not change any more, and a null.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

Result<std::unique_ptr<Plan>> Plan::make(const Options& options) {
  if (options.job != kNoHandle) {
    return make_error("job", std::errc::not_supported, "job objects are Windows'");
  }
  auto plan = std::make_unique<Plan>();
  plan->exec.report_fd = -1;
  plan->exec.umask = options.umask ? static_cast<int>(*options.umask & 0777) : -1;
  plan->exec.new_session = options.attach == Attach::new_session;
  plan->exec.new_group = options.attach == Attach::new_group;
  plan->exec.parent = options.die_with_parent ? ::getpid() : 0;
  if (Result<void> r = plan->add_texts(options); !r) return r.error();
  if (Result<void> r = plan->add_environment(options.env); !r) return r.error();
  plan->add_candidates(options.file);
  if (Result<void> r = plan->add_slots(options.slots); !r) return r.error();
  if (Result<void> r = plan->add_identity(options); !r) return r.error();
  if (Result<void> r = plan->add_limits(options.limits); !r) return r.error();
  return plan;
}

Result<void> Plan::add_texts(const Options& options) {
  if (options.file.empty()) return bad("file", "the program's name is empty");
  // The kernel takes a text up to its first NUL: "safe.txt\0.exe" would become another name.
  if (has_nul(options.file)) return bad("file", "a NUL in the program's name");
  if (has_nul(options.cwd)) return bad("cwd", "a NUL in the directory's name");
  args_.push_back(options.argv0.value_or(options.file));
  args_.insert(args_.end(), options.args.begin(), options.args.end());
  for (std::size_t i = 0; i < args_.size(); ++i) {
    if (has_nul(args_[i])) return bad("args", "a NUL in argv[" + std::to_string(i) + "]");
  }
  argv_ = pointers(args_);
  exec.argv = argv_.data();
  cwd_ = options.cwd;
  exec.cwd = cwd_.empty() ? nullptr : cwd_.c_str();
  return {};
}

Result<void> Plan::add_environment(const Environment& wanted) {
  if (!wanted.empty && wanted.changes.empty()) {
    exec.envp = ::environ;  // as it is; another thread's setenv() would race with any use of it
    return {};
  }
  std::vector<std::string> ours;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    ours.emplace_back(*entry);
  }
  Result<std::vector<std::string>> merged = merge_environment(std::move(ours), wanted, false);
  if (!merged) return merged.error();
  environment_ = std::move(*merged);
  envp_ = pointers(environment_);
  exec.envp = envp_.data();
  return {};
}

//> path-search
void Plan::add_candidates(const std::string& file) {
  if (file.find('/') != std::string::npos) {
    candidates_ = {file};
  } else {
    // The child's PATH, as in Node; execvp() would take the parent's. An empty entry is the current
    // directory: POSIX says so, and nobody wants it, but it is what the user wrote.
    std::string_view path = "/bin:/usr/bin";
    for (char* const* entry = exec.envp; entry != nullptr && *entry != nullptr; ++entry) {
      if (std::strncmp(*entry, "PATH=", 5) != 0) continue;
      path = *entry + 5;
      break;  // of two, the first: so does getenv()
    }
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find(':', begin), path.size());
      const std::string directory(path.substr(begin, end - begin));
      candidates_.push_back((directory.empty() ? "." : directory) + "/" + file);
      begin = end + 1;
    }
  }
  for (const std::string& candidate : candidates_) candidate_list_.push_back(candidate.c_str());
  candidate_list_.push_back(nullptr);
  exec.candidates = candidate_list_.data();
}
//< path-search

//> slots
Result<void> Plan::add_slots(const std::vector<Slot>& slots) {
  std::vector<Slot> all = slots;
  std::stable_sort(all.begin(), all.end(),
                   [](const Slot& a, const Slot& b) { return a.number < b.number; });
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].number < 0) return bad("slots", "a negative slot");
    if (i > 0 && all[i].number == all[i - 1].number) {
      return bad("slots", "slot " + std::to_string(all[i].number) + " is given twice");
    }
  }
  for (int number = 0; number <= 2; ++number) {
    const auto at = std::lower_bound(all.begin(), all.end(), number,
                                     [](const Slot& slot, int n) { return slot.number < n; });
    if (at == all.end() || at->number != number) all.insert(at, Slot::inherit(number));
  }
  exec.last_slot = all.back().number;
  if (exec.last_slot > 2) {
    // Sources and the report pipe are kept above the last slot; and nobody shall wait for a loop that
    // closes two thousand million gaps.
    rlimit room{};
    if (::getrlimit(RLIMIT_NOFILE, &room) == -1) return last_error("getrlimit");
    if (static_cast<rlim_t>(exec.last_slot) + 1 >= room.rlim_cur) {
      return make_error("slots", std::errc::too_many_files_open,
                        "slot " + std::to_string(exec.last_slot) + " leaves no number above it: " +
                            std::to_string(room.rlim_cur) + " descriptors are the limit");
    }
  }
  for (const Slot& slot : all) {
    const int source = slot.what == Slot::What::inherit ? slot.number : slot.source;
    if (slot.what == Slot::What::closed) continue;
    if (slot.what != Slot::What::null && ::fcntl(source, F_GETFD) == -1) {
      // Asked to inherit one of 0-2 that this program was started without: then so is the child.
      if (errno == EBADF && slot.what == Slot::What::inherit && slot.number <= 2) continue;
      Error why = last_error("slots");
      why.detail = "descriptor " + std::to_string(source) + " is not open";
      return why;
    }
    moves_.push_back({slot.what == Slot::What::null ? -1 : source, slot.number, -1});
  }
  if (Result<void> r = open_null_device(); !r) return r.error();
  exec.last_source = 0;
  for (const Move& move : moves_) exec.last_source = std::max(exec.last_source, move.source);
  exec.moves = moves_.data();
  exec.move_count = moves_.size();
  return {};
}
//< slots

/// Only after every source was looked at: in a program started without 0-2 the null device gets such
/// a number itself, and would pass for the stdin that the child was to inherit.
Result<void> Plan::open_null_device() {
  for (Move& move : moves_) {
    if (move.source != -1) continue;
    if (!null_device_) null_device_ = Handle(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null_device_) return last_error("open", "/dev/null");
    move.source = null_device_.get();
  }
  return {};
}

Result<void> Plan::add_identity(const Options& options) {
  exec.set_uid = options.uid.has_value() || !options.user.empty();
  exec.set_gid = options.gid.has_value() || !options.user.empty();
  if (!exec.set_uid && !exec.set_gid) return {};
  if (!options.user.empty()) {
    if (has_nul(options.user)) return bad("user", "a NUL in the user's name");
    std::vector<char> room(16 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    const int error = ::getpwnam_r(options.user.c_str(), &entry, room.data(), room.size(), &found);
    if (error != 0) return Error{"getpwnam_r", {error, std::generic_category()}, options.user};
    if (found == nullptr) return bad("user", "no user is named " + options.user);
    exec.uid = entry.pw_uid;
    exec.gid = entry.pw_gid;
    int count = 64;
    groups_.resize(count);
    while (ask_groups(::getgrouplist, entry.pw_name, entry.pw_gid, groups_.data(), &count) == -1) {
      groups_.resize(count);
    }
    groups_.resize(count);
  }
  exec.uid = options.uid.value_or(exec.uid);
  exec.gid = options.gid.value_or(exec.gid);
  // root's own groups must not go along; another user may not change them, and keeps what it has.
  exec.set_groups = ::geteuid() == 0;
  exec.groups = groups_.data();
  exec.group_count = groups_.size();
  return {};
}

Result<void> Plan::add_limits(const std::vector<Limit>& limits) {
  for (const Limit& limit : limits) {
    const Result<rlimit> value = process::native_pair(limit.value);
    if (!value) return value.error();
    limits_.push_back({process::native_limit(limit.which), *value});
  }
  exec.limits = limits_.data();
  exec.limit_count = limits_.size();
  return {};
}

}  // namespace proclab::spawn
