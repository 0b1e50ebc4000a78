// Chapter 9 · daemon: an address for a Unix-domain socket, and a socket that no child inherits.
// Chapter 6 teaches them.
#pragma once

#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

struct UnixAddress {
  sockaddr_un name;
  socklen_t size;  // an abstract name ends where its address says, not at a NUL
};

/// A path, or (Linux) an abstract name: '@' stands for its leading NUL. Errors: filename_too_long;
/// invalid_argument for a NUL inside; not_supported for an abstract name elsewhere.
Result<UnixAddress> unix_address(const std::string& text);

/// socket(AF_UNIX, `type`), close-on-exec.
Result<Handle> unix_socket(int type);

/// Whether the system has abstract names.
extern const bool kAbstractNames;

}  // namespace proclab::daemon
