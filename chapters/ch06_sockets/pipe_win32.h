// Chapter 6 · sockets: named pipes as Windows makes them. For this chapter's Windows files.
#pragma once

#include <string>

#include "chapters/ch06_sockets/pair.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

struct PipeOptions {
  Kind kind = Kind::stream;
  bool first = true;  ///< fail when the name exists already
  bool only = false;  ///< one client, ever
};

/// One server's end: overlapped, duplex, local clients of this user only, inherited by nobody.
/// Errors: address_in_use, invalid_argument, not_supported for Kind::datagram.
Result<Handle> make_pipe(const std::wstring& name, const PipeOptions& options);

/// A client's end. Waits while all the server's ends are taken.
Result<Handle> open_pipe(const std::wstring& name, Kind kind, Deadline until,
                         bool overlapped = true);

}  // namespace proclab::sockets
