// tests/support · what a process holds, as Linux shows it in /proc.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/support/leaks.h"
#include "tests/support/scratch.h"

namespace proclab::test {
namespace {

/// The entries of a folder whose names are numbers.
std::vector<int> numbers_in(const char* folder, int* own_descriptor = nullptr) {
  std::vector<int> numbers;
  DIR* dir = ::opendir(folder);
  if (dir == nullptr) return numbers;
  if (own_descriptor != nullptr) *own_descriptor = ::dirfd(dir);
  while (const dirent* entry = ::readdir(dir)) {
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') {
      numbers.push_back(std::atoi(entry->d_name));
    }
  }
  ::closedir(dir);
  return numbers;
}

std::vector<std::string> descriptors() {
  std::vector<std::string> lines;
  int own = -1;
  for (const int fd : numbers_in("/proc/self/fd", &own)) {
    if (fd == own) continue;
    char target[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t size = ::readlink(link.c_str(), target, sizeof target);
    if (size == -1) continue;  // another thread has just closed it
    lines.push_back("descriptor " + std::to_string(fd) + " → " + std::string(target, size));
  }
  return lines;
}

struct Stat {
  std::string name;
  char state;
  int parent;
};

/// /proc/PID/stat: "1234 (name) S 1 …". A name may hold blanks and parentheses: the last ')' ends it.
std::optional<Stat> stat_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t open = line.find('('), close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return std::nullopt;
  Stat stat{line.substr(open + 1, close - open - 1), '?', 0};
  std::istringstream(line.substr(close + 1)) >> stat.state >> stat.parent;
  return stat;
}

/// A child belongs to the thread that forked it, so each thread has a list of its own. A kernel
/// built without that list (CONFIG_PROC_CHILDREN) makes us look at every process.
std::vector<int> child_pids() {
  std::vector<int> pids;
  bool listed = false;
  for (const int thread : numbers_in("/proc/self/task")) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/children");
    listed = listed || file.is_open();
    for (int pid; file >> pid;) pids.push_back(pid);
  }
  if (listed) return pids;
  for (const int pid : numbers_in("/proc")) {
    const std::optional<Stat> stat = stat_of(pid);
    if (stat && stat->parent == ::getpid()) pids.push_back(pid);
  }
  return pids;
}

std::vector<std::string> children() {
  std::vector<std::string> lines;
  for (const int pid : child_pids()) {
    const std::optional<Stat> stat = stat_of(pid);
    if (!stat) continue;  // waited for since
    const std::string who = "child " + std::to_string(pid) + " (" + stat->name + ")";
    lines.push_back(stat->state == 'Z' ? "zombie " + who + ": its parent never waited"
                                       : who + ": still there, in state " + stat->state);
  }
  return lines;
}

std::string name_of(int sig) {
  const char* name = ::sigabbrev_np(sig);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(sig);
}

std::vector<std::string> dispositions() {
  std::vector<std::string> lines;
  for (int sig = 1; sig < NSIG; ++sig) {
    struct sigaction action;
    if (::sigaction(sig, nullptr, &action) == -1) continue;  // 32 and 33 are the C library's
    if (action.sa_handler == SIG_DFL) continue;
    lines.push_back(name_of(sig) + (action.sa_handler == SIG_IGN ? " ignored" : " handled"));
  }
  return lines;
}

std::string mask() {
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  std::string text;
  for (int sig = 1; sig < NSIG; ++sig) {
    if (sigismember(&blocked, sig) == 1) text += (text.empty() ? "" : " ") + name_of(sig);
  }
  return text;
}

}  // namespace

void warm_up_system() {}

void keep_strangers_out() {
  for (const int fd : numbers_in("/proc/self/fd")) {
    if (fd > 2) ::fcntl(fd, F_SETFD, FD_CLOEXEC);  // one is opendir's own, and closed by now
  }
}

void end_children() {
  for (const int pid : child_pids()) ::kill(pid, SIGKILL);
}

Holdings holdings() {
  Holdings held{descriptors(), children(), dispositions(), mask(), scratch_files()};
  for (auto* lines : {&held.handles, &held.children, &held.signals}) {
    std::sort(lines->begin(), lines->end());
  }
  return held;
}

}  // namespace proclab::test
