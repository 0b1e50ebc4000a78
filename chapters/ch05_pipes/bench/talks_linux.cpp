// Chapter 5 · benchmark: talking to cat. Read talks.h first.
#include "chapters/ch05_pipes/bench/talks.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <poll.h>
#include <unistd.h>

#include "chapters/ch05_pipes/communicate.h"
#include "platform/clock.h"

namespace proclab::pipes::bench {

namespace {

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

PipedChild start_cat() {
  Result<PipedChild> cat = start_piped({.file = "cat"});
  if (!cat) std::fprintf(stderr, "%s\n", cat.error().message().c_str()), std::exit(1);
  return std::move(cat).value();
}

void check(const std::string& got, const std::string& sent) {
  if (got != sent) std::fprintf(stderr, "cat gave back something else\n"), std::exit(1);
}

}  // namespace

double talk_raw(const std::string& input) {
  const auto begin = Clock::now();
  PipedChild cat = start_cat();
  std::string output, errors;
  static char block[64 * 1024];
  std::size_t fed = 0;
  while (cat.input || cat.output || cat.errors) {
    pollfd entries[] = {{cat.input.get(), POLLOUT, 0},
                        {cat.output.get(), POLLIN, 0},
                        {cat.errors.get(), POLLIN, 0}};
    if (::poll(entries, 3, -1) == -1) std::perror("poll"), std::exit(1);
    if (entries[0].revents != 0) {
      const ssize_t count = ::write(cat.input.get(), input.data() + fed, input.size() - fed);
      if (count > 0) fed += static_cast<std::size_t>(count);
      if (fed == input.size()) cat.input.close();
    }
    if (entries[1].revents != 0) {
      const ssize_t count = ::read(cat.output.get(), block, sizeof block);
      if (count > 0) output.append(block, static_cast<std::size_t>(count));
      if (count == 0) cat.output.close();
    }
    if (entries[2].revents != 0) {
      const ssize_t count = ::read(cat.errors.get(), block, sizeof block);
      if (count > 0) errors.append(block, static_cast<std::size_t>(count));
      if (count == 0) cat.errors.close();
    }
  }
  (void)cat.process.wait();
  const double seconds = seconds_since(begin);
  check(output, input);
  return seconds;
}

double talk_proclab(const std::string& input) {
  const auto begin = Clock::now();
  PipedChild cat = start_cat();
  const Communicated said = communicate(cat, input);
  const double seconds = seconds_since(begin);
  check(said.output, input);
  return seconds;
}

double talk_python(const std::string& input) {
  static const std::string script =
      "import subprocess, sys, time\n"
      "data = b'x' * int(sys.argv[1])\n"
      "begin = time.perf_counter()\n"
      "pipe = subprocess.PIPE\n"
      "cat = subprocess.Popen(['cat'], stdin=pipe, stdout=pipe, stderr=pipe)\n"
      "out, err = cat.communicate(data)\n"
      "spent = time.perf_counter() - begin\n"
      "assert out == data\n"
      "print(spent)\n";
  Result<PipedChild> python =
      start_piped({.file = "python3", .args = {"-c", script, std::to_string(input.size())}});
  if (!python) return 0;
  const Communicated said = communicate(*python, {});
  std::fputs(said.errors.c_str(), stderr);
  return std::strtod(said.output.c_str(), nullptr);
}

}  // namespace proclab::pipes::bench
