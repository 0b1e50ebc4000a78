// Chapter 1 · limits: the soft limit on open files is lowered, and then met.
//
// Look for: the number 8 bounds the *number* of a descriptor, not how many there are: 0 to 7. The
// hard limit stays, so the process may go back; once the hard one is lowered, it may not (the
// privileged may).
//
// Run: ch01_limits
#include <cstdio>
#include <cstring>
#include <vector>

#include <fcntl.h>

#include "chapters/ch01_process/limits.h"
#include "platform/handle.h"

using namespace proclab;
using process::Limit;

static std::string text(std::optional<std::uint64_t> value) {
  return value ? std::to_string(*value) : "unlimited";
}

static int fill_the_table() {
  const auto before = process::get_limit(Limit::open_files);
  if (!before) return 1;
  if (!process::set_limit(Limit::open_files, {8, before->hard})) return 1;
  std::puts("soft limit on open files set to 8; opening /dev/null until it fails");
  std::vector<Handle> files;
  for (;;) {
    Handle file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!file) break;
    files.push_back(std::move(file));
  }
  const Error full = last_error("open", "/dev/null");
  std::printf("last descriptor that worked: %d\n", files.back().get());
  std::printf("then: %s\n", full.message().c_str());
  std::printf("soft above hard: %s\n",
              process::set_limit(Limit::open_files, {9, 8}).error().message().c_str());
  const auto back = process::set_limit(Limit::open_files, *before);
  std::printf("back to the old soft limit: %s\n", back ? "allowed" : "refused");
  return 0;
}

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts(
        "ch01_limits: the soft limit on open files is lowered, and then met.\nusage: ch01_limits");
    return std::strcmp(argv[1], "--help") == 0 ? 0 : 2;
  }
  std::printf("%-16s %s / %s\n", "limit", "soft", "hard");
  for (const Limit limit : process::kAllLimits) {
    const auto pair = process::get_limit(limit);
    if (!pair) return 1;
    std::printf("%-16s %s / %s\n", process::limit_name(limit), text(pair->soft).c_str(),
                text(pair->hard).c_str());
  }
  return fill_the_table();
}
