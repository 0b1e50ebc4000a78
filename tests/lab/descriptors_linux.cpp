// tests/lab · look on Linux: the descriptors of another process. Read look.h first.
//
// Meets: /proc/PID/fd (a link for each), /proc/PID/fdinfo (its flags, in octal).
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/lab/look.h"

namespace proclab::lab {
namespace {

std::string link_of(const std::string& path) {
  char target[4096];
  const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
  return size == -1 ? "" : std::string(target, static_cast<std::size_t>(size));
}

int flags_of(const std::string& fdinfo) {
  std::ifstream file(fdinfo);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("flags:")) {
      return static_cast<int>(std::strtol(line.c_str() + 6, nullptr, 8));
    }
  }
  return 0;
}

}  // namespace

bool Descriptor::reads() const { return (flags & O_ACCMODE) != O_WRONLY; }
bool Descriptor::writes() const { return (flags & O_ACCMODE) != O_RDONLY; }

std::vector<Descriptor> descriptors_of(Pid pid) {
  std::vector<Descriptor> open;
  const std::string folder = "/proc/" + std::to_string(pid);
  const std::unique_ptr<DIR, int (*)(DIR*)> fds(::opendir((folder + "/fd").c_str()), ::closedir);
  if (!fds) return open;
  while (const dirent* entry = ::readdir(fds.get())) {
    if (entry->d_name[0] == '.') continue;
    const std::string name = entry->d_name;
    open.push_back({std::atoi(entry->d_name), link_of(folder + "/fd/" + name),
                    flags_of(folder + "/fdinfo/" + name)});
  }
  std::sort(open.begin(), open.end(),
            [](const Descriptor& a, const Descriptor& b) { return a.number < b.number; });
  return open;
}

std::string target_of(NativeHandle ours) {
  return link_of("/proc/self/fd/" + std::to_string(ours));
}

}  // namespace proclab::lab
