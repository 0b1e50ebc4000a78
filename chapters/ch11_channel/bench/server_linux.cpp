// Chapter 11 · benchmark: a server that sends when it is asked, and the runner's end of it.
//
// Read before: server.h. Meets: fork, sched_setaffinity.
#include "chapters/ch11_channel/bench/server.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch11_channel/bench/ways.h"
#include "platform/clock.h"
#include "platform/self.h"

namespace proclab::channel::bench {
namespace {

constexpr double kBatchSeconds = 0.1;
constexpr int kAnswerMilliseconds = 60'000;

std::vector<std::string> command_of(const std::string& way, std::size_t size) {
  const std::string bytes = std::to_string(size);
  if (way == "Node json") return {"node", PROCLAB_BENCH_PEERS "/channel.js", "json", bytes};
  if (way == "Node advanced") return {"node", PROCLAB_BENCH_PEERS "/channel.js", "advanced", bytes};
  if (way == "Python Pipe") return {"python3", PROCLAB_BENCH_PEERS "/pipe.py", bytes};
  return {*self_path(), "--serve", way, bytes};
}

/// While it lives, whoever is started runs on the first of our cores alone.
class Pinned {
 public:
  explicit Pinned(bool on) {
    if (::sched_getaffinity(0, sizeof before_, &before_) == -1) failed("sched_getaffinity");
    if (!on) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &before_) && CPU_COUNT(&one) == 0) CPU_SET(cpu, &one);
    }
    if (::sched_setaffinity(0, sizeof one, &one) == -1) failed("sched_setaffinity");
  }
  ~Pinned() { ::sched_setaffinity(0, sizeof before_, &before_); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace

int serve(const std::vector<std::string>& args) {
  const Way* const way = args.size() == 2 ? find_way(args[0]) : nullptr;
  if (way == nullptr) failed("--serve takes WAY SIZE");
  const std::size_t size = std::strtoul(args[1].c_str(), nullptr, 10);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1) failed("socketpair");
  const pid_t child = ::fork();
  if (child == -1) failed("fork");
  if (child == 0) {
    ::close(ends[0]);
    way->receive(ends[1], size);
    ::_exit(0);
  }
  ::close(ends[1]);
  {
    const std::unique_ptr<Sender> sender = way->sender(ends[0], size);
    std::cout << "ready" << std::endl;
    std::string what;
    for (int messages = 0; std::cin >> what >> messages;) {
      const Clock::time_point begin = Clock::now();
      what == "stream" ? sender->stream(messages) : sender->ping_pong(messages);
      std::cout << std::chrono::nanoseconds(Clock::now() - begin).count() << std::endl;
    }
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return 0;
}

Server::Server(const std::string& way, std::size_t size, Exchange exchange, bool pinned)
    : exchange_(exchange), process_([&] {
        Result<pipes::Pipe> in = pipes::make_pipe(), out = pipes::make_pipe();
        if (!in || !out) failed("pipe");
        const std::vector<std::string> command = command_of(way, size);
        spawn::Options options;
        options.file = command.front();
        options.args.assign(command.begin() + 1, command.end());
        options.slots = {spawn::Slot::from(0, in->read.get()),
                         spawn::Slot::from(1, out->write.get())};
        const Pinned here(pinned);
        Result<spawn::Process> server = spawn::start(options);
        if (!server) failed(way.c_str());
        to_ = std::move(in->write);
        from_ = std::move(out->read);
        return std::move(*server);
      }()) {
  if (line() != "ready") failed("a server that is not ready");
  ask(100);
  const double one = ask(1000) / 1000;  // and what is compiled when it is needed is compiled by now
  messages_ = std::clamp(static_cast<int>(kBatchSeconds / one), 100, 1'000'000);
  ask(messages_);
}

Server::~Server() {
  to_.close();  // the end of its input is its end
  if (!process_.wait()) process_.disown();
}

double Server::seconds() { return ask(messages_) / messages_; }

double Server::ask(int messages) {
  const std::string text =
      (exchange_ == Exchange::ping_pong ? "ping " : "stream ") + std::to_string(messages) + "\n";
  if (::write(to_.get(), text.data(), text.size()) == -1) failed("ask");
  const double nanoseconds = std::strtod(line().c_str(), nullptr);
  if (nanoseconds <= 0) failed("a server that gives no figure");
  return nanoseconds * 1e-9;
}

std::string Server::line() {
  std::string text;
  for (char c = 0; c != '\n';) {
    if (c != 0) text += c;
    pollfd readable{from_.get(), POLLIN, 0};
    if (::poll(&readable, 1, kAnswerMilliseconds) != 1) failed("no answer for a minute");
    if (::read(from_.get(), &c, 1) != 1) failed("a server ended before it answered");
  }
  return text;
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

}  // namespace proclab::channel::bench
