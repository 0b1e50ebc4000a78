// Chapter 2 · stdio: O_NONBLOCK belongs to the open description, and others share that.
//
// Look for: the parent never sets the flag. A child sets it on its own stdout and ends, and the parent's
// next big write fails with EAGAIN in the middle. The second run copes (it waits for room); in the third
// the child keeps its flag to itself, by opening the same pipe once more.
//
// Run: ch02_shared_flag
// Run: ch02_shared_flag --wait
// Run: ch02_shared_flag --reopen
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch02_stdio/open_description_posix.h"
#include "chapters/ch02_stdio/writer.h"
#include "platform/handle.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::stdio;

// The child: a program that wants its output non-blocking, as Node and many others do.
void be_child(int out, bool reopen_first) {
  if (!reopen_first) {
    if (!set_nonblocking(out, true)) ::_exit(1);  // UNSAFE: it is the parent's description too
  } else {
    const Result<Handle> own = reopen(out);
    if (!own || !set_nonblocking(own->get(), true)) ::_exit(1);
  }
  ::_exit(0);
}

// UNSAFE: a loop for partial writes, as it stands in many programs. EAGAIN ends it.
std::size_t naive_write(int out, std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    const ssize_t count = ::write(out, bytes.data() + taken, bytes.size() - taken);
    if (count == -1 && errno == EINTR) continue;
    if (count == -1) {
      std::printf("write: %s\n", errno == EAGAIN ? "EAGAIN" : std::strerror(errno));
      break;
    }
    taken += static_cast<std::size_t>(count);
  }
  return taken;
}

std::size_t count_all(int in) {
  std::size_t total = 0;
  char block[4096];
  for (ssize_t count = 0; (count = ::read(in, block, sizeof block)) != 0;) {
    if (count == -1 && errno != EINTR) break;
    if (count > 0) total += static_cast<std::size_t>(count);
  }
  return total;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "ch02_shared_flag: a child makes a pipe non-blocking, its parent writes to it.\n"
               "usage: ch02_shared_flag            the parent's write fails with EAGAIN\n"
               "       ch02_shared_flag --wait     the parent waits for room\n"
               "       ch02_shared_flag --reopen   the child opens the pipe for itself"),
           0;
  }
  int ends[2];
  if (::pipe(ends) == -1) return std::perror("pipe"), 1;
  Handle in(ends[0]);
  Handle out(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) be_child(out.get(), mode == "--reopen");
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  const Result<bool> flag = nonblocking(out.get());
  std::printf("the child is gone; the parent's O_NONBLOCK is %s\n",
              flag && *flag ? "set" : "clear");
  const std::string bytes(100'000, 'x');  // more than a pipe holds
  std::size_t taken = 0;
  std::size_t arrived = 0;
  if (mode.empty()) {
    taken = naive_write(out.get(), bytes);  // no reader yet
    out.close();
    arrived = count_all(in.get());
  } else {
    std::thread reader([&] { arrived = count_all(in.get()); });
    if (mode == "--reopen") {
      taken = naive_write(out.get(), bytes);
    } else {
      BlockingWriter writer(out.get());
      (void)writer.write(bytes);
      taken = writer.accepted();
    }
    out.close();
    reader.join();
  }
  std::printf("written %zu of %zu, arrived %zu\n", taken, bytes.size(), arrived);
}
