// Caught: second second_ignored
// The handler stays, and so does the program.
#include <cerrno>
#include <csignal>
#include <string>

#include <poll.h>
#include <unistd.h>

// Writes all of it. False: it cannot be done. A signal that comes meanwhile does no harm.
bool put(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(1, text.data() + done, text.size() - done);
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

// One job.
bool work(const std::string& word) {
  return put("begin " + word + "\n") && put("end " + word + "\n");
}

// Takes the first whole line out of `text`. False: there is none.
bool take_line(std::string& text, std::string& line) {
  const std::size_t end = text.find('\n');
  if (end == std::string::npos) return false;
  line = text.substr(0, end);
  text.erase(0, end + 1);
  return true;
}

volatile sig_atomic_t stop = 0;

// Waits for input. False: SIGTERM came first.
bool wait_for_input() {
  sigset_t term, open;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &term, &open);
  pollfd input{0, POLLIN, 0};
  while (stop == 0 && ::ppoll(&input, 1, nullptr, &open) == -1 && errno == EINTR) continue;
  ::sigprocmask(SIG_SETMASK, &open, nullptr);
  return stop == 0;
}

int main() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop = 1; };
  ::sigaction(SIGTERM, &action, nullptr);

  std::string text, word;
  char buffer[4096];
  while (wait_for_input()) {
    const ssize_t n = ::read(0, buffer, sizeof buffer);
    if (n == -1 && errno == EINTR) continue;
    if (n <= 0) return 0;
    text.append(buffer, static_cast<std::size_t>(n));
    while (stop == 0 && take_line(text, word)) {
      if (!work(word)) return 1;
    }
  }
}
