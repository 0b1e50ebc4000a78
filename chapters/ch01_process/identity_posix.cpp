// Chapter 1 · identity on POSIX: two calls that cannot fail.
#include "chapters/ch01_process/identity.h"

#include <unistd.h>

#include "platform/self.h"

namespace proclab::process {

Pid pid() noexcept { return ::getpid(); }

Result<Pid> parent_pid() { return ::getppid(); }

Result<std::string> exec_path() { return self_path(); }

}  // namespace proclab::process
