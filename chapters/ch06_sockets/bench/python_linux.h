// Chapter 6 · benchmark: the same loop in Python, which has a call for it.
#pragma once

#include <cstddef>

namespace proclab::sockets::bench {

/// Whether python3 is in PATH.
[[nodiscard]] bool has_python();

/// Seconds for one message with `count` descriptors by socket.send_fds and recv_fds, received ones
/// closed; in a python3 that runs on between the calls. 0: it failed.
[[nodiscard]] double python_seconds(std::size_t count, int rounds);

}  // namespace proclab::sockets::bench
