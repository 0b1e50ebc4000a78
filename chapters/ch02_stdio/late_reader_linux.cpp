// Chapter 2 · stdio: the late reader, on Linux. Read late_reader.h first.
#include "chapters/ch02_stdio/late_reader.h"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch02_stdio/channel_ends_linux.h"
#include "platform/clock.h"
#include "platform/handle.h"

namespace proclab::stdio {

namespace {

// A child that is killed and reaped on every way out: an early return must not leave one behind.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  void wait() {
    while (::waitpid(pid_, nullptr, 0) == -1 && errno == EINTR) {
    }
    pid_ = -1;
  }
  // A writer that reports and then lives on would hang us: its word was that it ends.
  [[nodiscard]] bool ends_within(Deadline deadline) {
    while (!deadline.passed()) {
      const pid_t ended = ::waitpid(pid_, nullptr, WNOHANG);
      if (ended == pid_) return pid_ = -1, true;
      ::poll(nullptr, 0, 1);  // looks again in a millisecond; nothing is ordered by it
    }
    return false;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

pid_t start(const std::vector<std::string>& writer, int out, int report) {
  std::vector<char*>
      argv;  // built before fork(): the child of a program with threads must not allocate
  for (const std::string& arg : writer) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  if (::dup2(out, 1) == 1 && ::dup2(report, 2) == 2) ::execvp(argv[0], argv.data());
  ::_exit(127);
}

//> asleep
// Whether the process sleeps until there is room: state S, and the number of the call it is in. The
// write() of a StreamWriter can never be seen so, however loaded the machine is: it does not sleep.
bool asleep_for_room(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  std::string stat;
  std::getline(std::ifstream(folder + "/stat"), stat);
  const std::size_t name_end = stat.rfind(") ");  // the name itself may hold spaces and brackets
  if (name_end == std::string::npos || stat[name_end + 2] != 'S') return false;
  long call = -1;
  if (!(std::ifstream(folder + "/syscall") >> call)) return false;  // it says "running"
#ifdef SYS_poll  // newer architectures have ppoll and epoll_pwait alone
  if (call == SYS_poll || call == SYS_epoll_wait) return true;
#endif
  return call == SYS_ppoll || call == SYS_epoll_pwait || call == SYS_write || call == SYS_writev ||
         call == SYS_sendto || call == SYS_sendmsg;
}
//< asleep

// Reads to the end. A terminal's master ends with EIO when the last slave is closed.
std::string read_all(int fd) {
  std::string text;
  std::string block(64 * 1024, '\0');
  for (;;) {
    const ssize_t count = ::read(fd, block.data(), block.size());
    if (count > 0) text.append(block, 0, static_cast<std::size_t>(count));
    if (count == 0 || (count == -1 && errno != EINTR)) return text;
  }
}

bool report_there(int report, int timeout) {
  struct pollfd entry = {report, POLLIN, 0};
  return ::poll(&entry, 1, timeout) == 1;  // EOF counts: the writer is gone
}

//> gate
// Until the writer has returned from its write (false) or sleeps in it for ever (true).
Result<bool> wait_or_asleep(pid_t pid, int report) {
  const Deadline deadline = Deadline::after(Milliseconds(20'000));
  while (!deadline.passed()) {
    if (report_there(report, 1)) return false;
    // First asleep, then still no report: a writer that sleeps somewhere after its report is not it.
    if (asleep_for_room(pid) && !report_there(report, 0)) return true;
  }
  return make_error("late_reader", std::errc::timed_out, "the writer neither ends nor waits");
}
//< gate

}  // namespace

Result<LateReading> late_reader(Channel channel, const std::vector<std::string>& writer) {
  Result<ChannelEnds> ends = make_channel(channel);
  if (!ends) return ends.error();
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) == -1) return last_error("pipe2");
  Handle report(pipe_ends[0]);
  Handle report_writer(pipe_ends[1]);
  Child child(start(writer, ends->writer.get(), report_writer.get()));
  if (child.pid() == -1) return last_error("fork");
  ends->writer.close();  // else the reader would never see the end
  report_writer.close();

  const Result<bool> waits = wait_or_asleep(child.pid(), report.get());
  if (!waits) return waits.error();
  LateReading seen;
  seen.waited = *waits;
  if (!seen.waited && !child.ends_within(Deadline::after(Milliseconds(20'000)))) {
    return make_error("late_reader", std::errc::timed_out, "the writer reported and did not end");
  }
  if (channel == Channel::file) ::lseek(ends->reader.get(), 0, SEEK_SET);
  seen.arrived = read_all(ends->reader.get()).size();
  if (child.pid() > 0) child.wait();  // at the stream's end it is about to end, too
  std::istringstream words(read_all(report.get()));
  if (!(words >> seen.taken >> seen.kept)) {
    return make_error("late_reader", std::errc::protocol_error, "no report: " + words.str());
  }
  return seen;
}

}  // namespace proclab::stdio
