// Chapter 3 · fork: the descriptor is copied, what it points at is shared.
//
// Look for: the parent reads on where the child stopped, since both descriptors lead to one open
// file description, and the offset lives there. O_NONBLOCK lives there too; FD_CLOEXEC does not.
//
// Run: ch03_offsets
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch03_fork/copy.h"
#include "platform/handle.h"

using namespace proclab;

namespace {

// dprintf, not printf: it has no buffer, so parent and child print in the order in which they run.
void read_four(int fd, const char* who) {
  char letters[5] = {};
  const ssize_t size = ::read(fd, letters, 4);
  ::dprintf(1, "%-54s %s\n", who, size == 4 ? letters : "(nothing)");
}

bool in_child(const std::function<int()>& work) {
  Result<fork::Copy> child = fork::start_copy(work);
  return child && child->wait();  // the parent goes on only when the child is gone
}

void show(const char* what, bool is_set) {
  ::dprintf(1, "%-54s %s\n", what, is_set ? "yes" : "no");
}

int demonstrate(const char* path) {
  const Handle file(::open(path, O_RDONLY | O_CLOEXEC));
  const int fd = file.get();

  in_child([fd] { return read_four(fd, "the child reads 4 letters:"), 0; });
  read_four(fd, "the parent reads 4 from the same description:");
  const Handle second(::open(path, O_RDONLY | O_CLOEXEC));
  read_four(second.get(), "a second open() has an offset of its own:");

  in_child([fd] { return ::fcntl(fd, F_SETFL, O_NONBLOCK); });
  show("the child sets O_NONBLOCK; the parent has it:", (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);

  in_child([fd] { return ::fcntl(fd, F_SETFD, 0); });
  show("the child clears FD_CLOEXEC; the parent still has it:",
       (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);

  in_child([fd] { return ::close(fd); });
  read_four(fd, "the child closes it; the parent reads on:");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts(
        "ch03_offsets: what a descriptor and its copy in a child share, and what they do not.\n"
        "usage: ch03_offsets");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  char path[] = "/tmp/ch03_offsets.XXXXXX";
  const Handle made(::mkstemp(path));
  if (!made || ::write(made.get(), "abcdefghijkl", 12) != 12) return std::perror(path), 1;
  const int code = demonstrate(path);
  ::unlink(path);
  return code;
}
