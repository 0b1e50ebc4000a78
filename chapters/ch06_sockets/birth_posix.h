// Chapter 6 · sockets: how a socket is born private. For this chapter's POSIX files: a file of its
// own, because Linux makes a socket close-on-exec in the same call, and macOS needs a second one.
#pragma once

#include "chapters/ch06_sockets/pair.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

/// socket(2), close-on-exec, and never a source of SIGPIPE (together with kSendFlags).
Result<Handle> new_socket(int domain, int type);
/// socketpair(2), the same.
Result<Pair> new_pair(int type);
/// One try of accept(2): a blocking, close-on-exec end. Empty: errno says why.
Handle accept_once(int listener) noexcept;

/// For send() and sendmsg(): no waiting, whatever O_NONBLOCK says, and no SIGPIPE.
extern const int kSendFlags;
/// For them as well: more follows at once, and may leave with this. 0 where there is no such word.
extern const int kMore;
/// For recv() and recvmsg(): no waiting; descriptors arrive close-on-exec.
extern const int kReceiveFlags;
/// Makes a descriptor that has just arrived private, where kReceiveFlags could not.
void make_private(int fd) noexcept;

/// The most bytes of an abstract name, the first NUL included; 0 where there are none.
extern const std::size_t kLongestAbstract;

}  // namespace proclab::sockets
