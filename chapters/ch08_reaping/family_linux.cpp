// Chapter 8 · reaping: all processes, as Linux shows them in /proc. Read before: family.h.
//
// Meets: opendir, readdir, /proc/PID/stat. Not /proc/PID/task/TID/children: many kernels are built
// without it, and it promises nothing while processes come and go.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "chapters/ch01_process/proc_linux.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/member_linux.h"

namespace proclab::reaping {

//> member
std::optional<Member> member_of(Pid pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const Result<std::string> line = process::read_proc(path.c_str());
  if (!line) return std::nullopt;  // it is gone: no error, it happens all the time
  const std::vector<std::string> field = process::stat_fields(*line);
  if (field.size() <= 22) return std::nullopt;
  const auto number = [&](int i) { return process::to_number(field[i]); };
  const auto id = [&](int i) {  // kernel threads have the group and session 0, and others -1
    const Result<std::uint64_t> value = number(i);
    return value ? static_cast<Pid>(*value) : 0;
  };
  const Result<std::uint64_t> threads = number(20), started = number(22);
  return Member{pid,
                id(4),
                id(5),
                id(6),
                field[3][0],
                threads ? static_cast<unsigned>(*threads) : 0,
                started ? *started : 0,
                field[2]};
}
//< member

namespace {

/// In a pid namespace with its parent's /proc, all the numbers in there mean other processes to us.
Result<void> proc_is_ours() {
  const Result<std::string> line = process::read_proc("/proc/self/stat");
  if (!line) return line.error();
  if (line->starts_with(std::to_string(::getpid()) + " ")) return {};
  return make_error("/proc", std::errc::not_supported, "it belongs to another pid namespace");
}

}  // namespace

Result<std::vector<Member>> processes() {
  if (Result<void> ours = proc_is_ours(); !ours) return ours.error();
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc"), ::closedir);
  if (!folder) return last_error("opendir", "/proc");
  std::vector<Member> all;
  while (const dirent* entry = ::readdir(folder.get())) {
    Pid pid = 0;
    const char* const end = entry->d_name + ::strlen(entry->d_name);
    if (std::from_chars(entry->d_name, end, pid).ptr != end) continue;
    if (std::optional<Member> member = member_of(pid)) all.push_back(std::move(*member));
  }
  std::sort(all.begin(), all.end(), [](const Member& a, const Member& b) { return a.pid < b.pid; });
  return all;
}

}  // namespace proclab::reaping
