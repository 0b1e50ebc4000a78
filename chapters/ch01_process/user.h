// Chapter 1 · user: on whose behalf does this process act?
//
// Raw calls met: getuid, geteuid, getgid, getegid, getgroups, getpwuid_r, getgrgid_r; GetUserNameW.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/result.h"

namespace proclab::process {

/// The four numbers that decide what a POSIX process may do. The real ones say who started it, the
/// effective ones whose rights it has; they differ in a set-user-ID program. The kernel knows only
/// these: names are a file's business (/etc/passwd) or a directory service's.
struct UserIds {
  std::uint32_t user = 0;
  std::uint32_t effective_user = 0;
  std::uint32_t group = 0;
  std::uint32_t effective_group = 0;
};

/// getuid(2) and its siblings; Node: process.getuid(), geteuid(), getgid(), getegid().
/// Windows: errc::function_not_supported; a user there is a SID in the process's token.
[[nodiscard]] Result<UserIds> user_ids();

/// The supplementary groups, whose rights the process has as well. Whether the effective group is
/// among them is left to the system. getgroups(2); Node: process.getgroups(). Windows: as user_ids.
[[nodiscard]] Result<std::vector<std::uint32_t>> supplementary_groups();

/// The name of the effective user. Errors: POSIX no_such_file_or_directory when the number has no
/// name, which is common in containers. getpwuid_r(3), GetUserNameW; Node: os.userInfo().username.
[[nodiscard]] Result<std::string> user_name();

/// The name of the effective group; errors as user_name. Windows: function_not_supported.
[[nodiscard]] Result<std::string> group_name();

}  // namespace proclab::process
