// tests/platform · open.h on POSIX.
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "tests/platform/open.h"

namespace proclab::test {

NativeHandle open_null() { return ::open("/dev/null", O_RDWR | O_CLOEXEC); }

bool is_open(NativeHandle native) { return ::fcntl(native, F_GETFD) != -1; }

void close_raw(NativeHandle native) { ::close(native); }

void set_error(int code) { errno = code; }

}  // namespace proclab::test
