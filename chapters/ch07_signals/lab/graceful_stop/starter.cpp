// Chapter 7 · graceful_stop: finish what is in hand, then leave.
//
// Each line of stdin is a job, a word. work() does it, which takes its time, and needs no change. At the end of stdin
// the program ends with 0.
//
//   - SIGTERM in the middle of a job: that job is done to its last byte. No other one is begun, though it may have been
//     read already. Then the program ends with 0.
//   - SIGTERM while it waits for a job: it ends at once, with 0.
//   - A second SIGTERM means "now": the program is killed by it, in whatever it is doing.
//
// The starter knows nothing of signals.
#include <cerrno>
#include <csignal>
#include <string>

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

// From here on it is yours.

int main() {
  std::string text, word;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(0, buffer, sizeof buffer);
    if (n <= 0) return 0;
    text.append(buffer, static_cast<std::size_t>(n));
    while (take_line(text, word)) {
      if (!work(word)) return 1;
    }
  }
}
