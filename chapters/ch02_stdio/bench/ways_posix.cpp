// Chapter 2 · stdio: the ways to write a line. Read ways.h first.
#include "chapters/ch02_stdio/bench/ways.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch02_stdio/stream_writer.h"
#include "chapters/ch02_stdio/writer.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/self.h"

namespace proclab::stdio::bench {

namespace {

constexpr char kLine[] = "2024-02-29T12:00:00.000Z info  request 4711 answered with 200 in 3 ms\n";
constexpr std::size_t kSize = sizeof kLine - 1;

double since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

Handle fresh_file() {
  char path[] = "/tmp/ch02_bench.XXXXXX";
  Handle file(::mkstemp(path));
  ::unlink(path);
  return file;
}

double raw_write(int lines) {
  const Handle file = fresh_file();
  const auto start = Clock::now();
  for (int i = 0; i < lines; ++i) {
    if (::write(file.get(), kLine, kSize) == -1) return 0;
  }
  return since(start);
}

double stdio(int lines, int mode, std::size_t buffer, bool formatted) {
  Handle handle = fresh_file();
  std::FILE* file = ::fdopen(handle.release(), "w");
  std::setvbuf(file, nullptr, mode, buffer);
  const auto start = Clock::now();
  for (int i = 0; i < lines; ++i) {
    if (formatted) {
      std::fprintf(file, "%s", kLine);
    } else {
      std::fwrite(kLine, 1, kSize, file);
    }
  }
  std::fflush(file);
  const double spent = since(start);
  std::fclose(file);
  return spent;
}

template <class Make>
double with_writer(int lines, Make make) {
  const Handle file = fresh_file();
  auto writer = make(file.get());
  const std::string_view line(kLine, kSize);
  const auto start = Clock::now();
  for (int i = 0; i < lines; ++i) {
    if (!writer.write(line)) return 0;
  }
  return since(start);
}

// Starts argv with stdout on a fresh file; it prints its own nanoseconds to stderr.
double in_child(std::vector<std::string> args) {
  const Handle file = fresh_file();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return 0;
  const Handle reader(ends[0]);
  Handle writer(ends[1]);
  std::vector<char*> argv;
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(file.get(), 1);
    ::dup2(writer.get(), 2);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  writer.close();
  char text[64] = {};
  std::size_t size = 0;
  for (ssize_t got = 0; size < sizeof text - 1 &&
                        (got = ::read(reader.get(), text + size, sizeof text - 1 - size)) > 0;) {
    size += static_cast<std::size_t>(got);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? std::strtod(text, nullptr) : 0;
}

double cout_way(int lines, const char* end) {
  const Result<std::string> self = self_path();
  return self ? in_child({*self, "--as-cout", end, std::to_string(lines)}) : 0;
}

double node(int lines) {
  return in_child({"node", "-e",
                   "const line = process.argv[1], lines = +process.argv[2];"
                   "for (let i = 0; i < 1000; i++) console.log(line);"  // warm: the compiler's turn
                   "const start = process.hrtime.bigint();"
                   "for (let i = 0; i < lines; i++) console.log(line);"
                   "const spent = process.hrtime.bigint() - start;"
                   "require('fs').writeSync(2, String(spent));",
                   std::string(kLine, kSize - 1), std::to_string(lines)});
}

}  // namespace

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {"write(2) a line", raw_write},
      {"fwrite, 64 KiB", [](int n) { return stdio(n, _IOFBF, 65536, false); }},
      {"BlockingWriter",
       [](int n) { return with_writer(n, [](int fd) { return BlockingWriter(fd); }); }},
      {"StreamWriter",
       [](int n) { return with_writer(n, [](int fd) { return *StreamWriter::open(fd); }); }},
      {"cout << endl", [](int n) { return cout_way(n, "endl"); }},
      {"cout << '\\n'", [](int n) { return cout_way(n, "newline"); }},
      {"fprintf, by line", [](int n) { return stdio(n, _IOLBF, 65536, true); }},
      {"fprintf, 4 KiB", [](int n) { return stdio(n, _IOFBF, 4096, true); }},
      {"node console.log", node},
  };
  return all;
}

int cout_main(int argc, char** argv) {
  if (argc < 4) return 64;
  const bool endl = std::string(argv[2]) == "endl";
  const int lines = std::atoi(argv[3]);
  const std::string line(kLine, kSize - 1);
  const auto start = Clock::now();
  for (int i = 0; i < lines; ++i) {
    if (endl) {
      std::cout << line << std::endl;
    } else {
      std::cout << line << '\n';
    }
  }
  std::cout.flush();
  std::fprintf(stderr, "%.0f", since(start));
  return 0;
}

}  // namespace proclab::stdio::bench
