// Chapter 4 · benchmark: a server that spawns when it is asked, and the runner's end of it.
//
// Read before: server.h. Meets: mmap, /proc/PID/smaps_rollup.
#include "chapters/ch04_spawn/bench/server.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chapters/ch04_spawn/bench/ways.h"
#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"

namespace proclab::spawn::bench {
namespace {

constexpr double kBatchSeconds = 0.015;
constexpr int kAnswerMilliseconds = 60'000;

int null_device() {
  const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (fd == -1) failed("open /dev/null", std::strerror(errno));
  return fd;
}

void touch_memory(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) failed("mmap", std::strerror(errno));
  // Small pages, whatever this machine's default is: they are what most programs have.
  ::madvise(memory, bytes, MADV_NOHUGEPAGE);
  std::memset(memory, 1, bytes);
}

std::vector<std::string> command_of(const std::string& way, const Load& load) {
  const std::string size = std::to_string(load.mebibytes);
  if (way == "Python subprocess") {
    return {"python3", PROCLAB_BENCH_PEERS "/spawner.py", tiny_program(), size};
  }
  if (way == "Node child_process") {
    return {"node", PROCLAB_BENCH_PEERS "/spawner.js", tiny_program(), size};
  }
  return {*self_path(), "--serve", way, tiny_program(), size, std::to_string(load.descriptors)};
}

struct Pipe {
  Handle read, write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) failed("pipe2", std::strerror(errno));
  return {Handle(ends[0]), Handle(ends[1])};
}

}  // namespace

int serve(const std::vector<std::string>& args) {
  if (args.size() != 4) failed("--serve", "takes WAY PROGRAM MIB DESCRIPTORS");
  const Way* way = find_way(args[0]);
  if (way == nullptr) failed("--serve", "there is no way named " + args[0]);
  const Job job{args[1], {null_device(), null_device(), null_device()}};
  touch_memory(std::strtoul(args[2].c_str(), nullptr, 10) << 20);
  for (int last = null_device(), wanted = std::atoi(args[3].c_str()); last < wanted - 1;) {
    last = null_device();
  }
  std::cout << "ready" << std::endl;
  for (int spawns = 0; std::cin >> spawns;) {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < spawns; ++i) way->once(job);
    std::cout << std::chrono::nanoseconds(Clock::now() - begin).count() << std::endl;
  }
  return 0;
}

Server::Server(const std::string& way, const Load& load)
    : load_(load), process_([&] {
        Pipe in = make_pipe(), out = make_pipe();
        const std::vector<std::string> command = command_of(way, load);
        Options options;
        options.file = command.front();
        options.args.assign(command.begin() + 1, command.end());
        options.slots = {Slot::from(0, in.read.get()), Slot::from(1, out.write.get())};
        // The same for all: some libraries close every number up to the limit.
        const std::uint64_t most = load.descriptors < 1000 ? 1024 : 16'384;
        options.limits = {{process::Limit::open_files, {most, most}}};
        Result<Process> server = start(options);
        if (!server) failed(way.c_str(), server.error().message());
        to_ = std::move(in.write);
        from_ = std::move(out.read);
        return std::move(*server);
      }()) {
  if (line() != "ready") failed(way.c_str(), "the server did not become ready");
  // What the first spawns fault in is not what is measured; the next say how many fill a batch.
  ask(2);
  const double one = ask(3) / 3;
  spawns_ = std::clamp(static_cast<int>(kBatchSeconds / one), 1, 500);
}

Server::~Server() {
  to_.close();  // the end of its input is its end
  if (!process_.wait()) process_.disown();
}

double Server::seconds() { return ask(spawns_) / spawns_; }

double Server::ask(int spawns) {
  const std::string text = std::to_string(spawns) + "\n";
  if (::write(to_.get(), text.data(), text.size()) == -1) failed("ask", std::strerror(errno));
  const double nanoseconds = std::strtod(line().c_str(), nullptr);
  if (nanoseconds <= 0) failed("ask", "a server gave no figure");
  return nanoseconds * 1e-9;
}

std::string Server::line() {
  std::string text;
  for (char c = 0; c != '\n';) {
    if (c != 0) text += c;
    pollfd readable{from_.get(), POLLIN, 0};
    if (::poll(&readable, 1, kAnswerMilliseconds) != 1) failed("server", "no answer for a minute");
    if (::read(from_.get(), &c, 1) != 1) failed("server", "it ended before it answered");
  }
  return text;
}

bool Server::has_its_memory() const {
  std::ifstream rollup("/proc/" + std::to_string(process_.pid()) + "/smaps_rollup");
  for (std::string word; rollup >> word;) {
    long kibibytes = 0;
    if (word == "Rss:" && rollup >> kibibytes) return kibibytes >= load_.mebibytes * 1024L;
  }
  return false;
}

std::string tiny_program() {
  const std::string self = *self_path();
  return self.substr(0, self.rfind('/')) + "/ch04_tiny";
}

bool in_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    if (::access((std::string(folder) + "/" + name).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
  }
  return false;
}

}  // namespace proclab::spawn::bench
