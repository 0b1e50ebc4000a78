// Chapter 14 · warden: which control groups are there? Two texts of the kernel, read together.
//
// /proc/self/mountinfo says what is mounted where, /proc/self/cgroup in which group we are. Version 1 has a
// hierarchy for each controller, version 2 one for all; "mixed" is version 1 with an empty version 2
// beside it. Read cgroup_linux.h first.
#include <algorithm>
#include <sstream>

#include "chapters/ch14_warden/cgroup_linux.h"

namespace proclab::warden {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

/// One line of mountinfo: what stands before " - " and behind it.
struct Mount {
  std::string root, point, type, options;
};

std::optional<Mount> mount_of(const std::string& line) {
  const std::size_t dash = line.find(" - ");
  if (dash == std::string::npos) return std::nullopt;
  const std::vector<std::string> left = split(line.substr(0, dash), ' ');
  const std::vector<std::string> right = split(line.substr(dash + 3), ' ');
  if (left.size() < 6 || right.size() < 3) return std::nullopt;
  return Mount{left[3], left[4], right[0], right[2]};
}

/// Our group in the hierarchy of `controller` ("" for version 2): "4:memory:/user" → "/user".
std::optional<std::string> group_of(const std::string& cgroup, const std::string& controller) {
  for (const std::string& line : split(cgroup, '\n')) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string names = line.substr(first + 1, second - first - 1);
    if (controller.empty() && names.empty()) return line.substr(second + 1);
    for (const std::string& name : split(names, ',')) {
      if (!controller.empty() && name == controller) return line.substr(second + 1);
    }
  }
  return std::nullopt;
}

/// In a container a part of the tree may be mounted: then `root` is that part's top.
std::string folder_of(const Mount& mount, const std::string& group) {
  const std::string root = mount.root == "/" ? "" : mount.root;
  if (group.compare(0, root.size(), root) != 0) return mount.point;
  const std::string below = group.substr(root.size());
  return below.empty() || below == "/" ? mount.point : mount.point + below;
}

}  // namespace

//> hierarchies
std::vector<Hierarchy> hierarchies(const std::string& mountinfo, const std::string& cgroup) {
  std::vector<Hierarchy> found;
  for (const std::string& line : split(mountinfo, '\n')) {
    const std::optional<Mount> mount = mount_of(line);
    if (!mount) continue;
    if (mount->type == "cgroup2") {
      const std::optional<std::string> group = group_of(cgroup, "");
      if (group) found.push_back({folder_of(*mount, *group), mount->point, 2, {}});
    }
    if (mount->type != "cgroup") continue;
    for (const char* const controller : {"memory", "pids", "cpuacct"}) {
      const std::vector<std::string> options = split(mount->options, ',');
      const bool has = std::find(options.begin(), options.end(), controller) != options.end();
      const std::optional<std::string> group = group_of(cgroup, controller);
      if (!has || !group) continue;
      const std::string folder = folder_of(*mount, *group);
      if (!found.empty() && found.back().folder == folder) {
        found.back().controllers.emplace_back(controller);
      } else {
        found.push_back({folder, mount->point, 1, {controller}});
      }
    }
  }
  return found;
}
//< hierarchies

}  // namespace proclab::warden
