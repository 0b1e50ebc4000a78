// tests/lab · pipes: what stands between a judge and a program's stdin and stdout.
//
// Meets: pipe2, socketpair with SO_PASSCRED, recvmsg.
#pragma once

#include <string>

#include <sys/types.h>

#include "platform/handle.h"
#include "platform/native.h"

namespace proclab::lab {

struct Pipe {
  Handle read, write;
};

/// Both close-on-exec. `fault` says why there is none.
[[nodiscard]] Pipe make_pipe(std::string& fault);
/// A socket whose reader learns each writer's pid: the kernel keeps pieces of two writers apart.
[[nodiscard]] Pipe make_tagged(std::string& fault);
/// A socket that keeps whole records; both ends read and write.
[[nodiscard]] Pipe make_records(std::string& fault);
/// Of one end alone: a pipe's ends are two open descriptions.
void set_nonblocking(const Handle& handle);
/// read(2); where the descriptor knows who wrote, `writer` says it.
ssize_t receive(int fd, bool tagged, char* buffer, std::size_t size, Pid& writer);

}  // namespace proclab::lab
