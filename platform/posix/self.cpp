// platform · self on POSIX.
#include "platform/self.h"

#include <fcntl.h>
#include <unistd.h>

namespace proclab {

std::vector<std::string> utf8_args(int argc, char** argv) { return {argv, argv + argc}; }

Result<void> fill_std_slots() {
  for (;;) {
    // open() gives the lowest free number: as long as that is 0, 1 or 2, a slot was empty.
    const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd == -1) return last_error("open", "/dev/null");
    if (fd > 2) return ::close(fd), Result<void>{};
    ::fcntl(fd, F_SETFD, 0);  // standard slots are there to be inherited
  }
}

}  // namespace proclab
