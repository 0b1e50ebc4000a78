// Chapter 4 · spawn: merging an environment. Plain text work, the same on every system.
#include "chapters/ch04_spawn/environment.h"

#include <algorithm>

#include "platform/text.h"

namespace proclab::spawn {
namespace {

/// The name in "NAME=value". Windows hides the current directory of each drive in names that begin
/// with '=', such as "=C:": the first character is never the separator.
std::string_view name_of(std::string_view line) {
  return line.substr(0, line.empty() ? 0 : line.find('=', 1));
}

bool same_name(std::string_view a, std::string_view b, bool ignore_case) {
  const auto fold = [&](char c) { return ignore_case && c >= 'a' && c <= 'z' ? c - 32 : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return fold(x) == fold(y); });
}

Error bad_name(const std::string& why) {
  return make_error("env", std::errc::invalid_argument, why);
}

}  // namespace

Result<std::vector<std::string>> merge_environment(std::vector<std::string> inherited,
                                                   const Environment& wanted, bool ignore_case) {
  std::vector<std::string> lines;
  if (!wanted.empty) lines = std::move(inherited);
  for (const auto& [name, value] : wanted.changes) {
    if (name.empty()) return bad_name("a name is empty");
    if (name.find('=', ignore_case ? 1 : 0) != std::string::npos) {
      return bad_name("a '=' in the name " + name);
    }
    if (has_nul(name) || (value && has_nul(*value))) return bad_name("a NUL in " + name);
    const auto is_it = [&, &key = name](const std::string& line) {
      return same_name(name_of(line), key, ignore_case);
    };
    const auto at = std::find_if(lines.begin(), lines.end(), is_it);
    if (at == lines.end()) {
      if (value) lines.push_back(name + "=" + *value);
      continue;
    }
    // Nothing stops a parent from handing over a name twice, and programs differ in which one they
    // read: a removed LD_PRELOAD must not come back from behind.
    if (value) *at = name + "=" + *value;
    lines.erase(std::remove_if(value ? at + 1 : at, lines.end(), is_it), lines.end());
  }
  return lines;
}

std::optional<std::string> environment_value(const std::vector<std::string>& lines,
                                             std::string_view name, bool ignore_case) {
  for (const std::string& line : lines) {
    const std::string_view key = name_of(line);
    if (key.size() < line.size() && same_name(key, name, ignore_case)) {
      return line.substr(key.size() + 1);
    }
  }
  return std::nullopt;
}

}  // namespace proclab::spawn
