// Chapter 1 · user on POSIX: numbers from the kernel, names from a database.
#include "chapters/ch01_process/user.h"

#include <cerrno>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace proclab::process {

Result<UserIds> user_ids() { return UserIds{::getuid(), ::geteuid(), ::getgid(), ::getegid()}; }

Result<std::vector<std::uint32_t>> supplementary_groups() {
  for (;;) {
    const int count = ::getgroups(0, nullptr);  // 0 asks how many
    if (count == -1) return last_error("getgroups");
    std::vector<gid_t> groups(count);
    const int got = ::getgroups(count, groups.data());
    if (got == -1 && errno == EINVAL) continue;  // another thread added some in between
    if (got == -1) return last_error("getgroups");
    return std::vector<std::uint32_t>(groups.begin(), groups.begin() + got);
  }
}

// getpwuid_r and getgrgid_r differ in types alone. They return their error, do not set errno,
// and "nobody of that number" is no error but a null `found`.
template <class Entry, class Id, class Lookup, class NameOf>
static Result<std::string> look_up(const char* call, Id id, Lookup look, NameOf name_of) {
  std::string space(1024, '\0');
  for (;;) {
    Entry entry{};
    Entry* found = nullptr;
    const int error = look(id, &entry, space.data(), space.size(), &found);
    if (error == EINTR) continue;
    if (error == ERANGE) {
      space.resize(space.size() * 2);
    } else if (error != 0) {
      return Error{call, std::error_code(error, std::generic_category()), std::to_string(id)};
    } else if (found == nullptr) {
      return make_error(call, std::errc::no_such_file_or_directory,
                        std::to_string(id) + " has no name");
    } else {
      return std::string(name_of(*found));
    }
  }
}

Result<std::string> user_name() {
  return look_up<passwd>("getpwuid_r", ::geteuid(), ::getpwuid_r,
                         [](const passwd& entry) { return entry.pw_name; });
}

Result<std::string> group_name() {
  return look_up<group>("getgrgid_r", ::getegid(), ::getgrgid_r,
                        [](const group& entry) { return entry.gr_name; });
}

}  // namespace proclab::process
