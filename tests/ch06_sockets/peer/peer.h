// tests/ch06 · peer: what the portable part asks of each system.
#pragma once

#include "chapters/ch06_sockets/pair.h"

namespace proclab::sockets {

/// Ends this process without a word, as a crash does.
[[noreturn]] void die();

/// Takes what is passed over `channel`, writes "peer" into it, and answers "done".
int take_handle(const Handle& channel);
/// Takes a listening socket, serves one client with "hello from the peer", and answers "done".
int take_listener(const Handle& channel);

}  // namespace proclab::sockets
