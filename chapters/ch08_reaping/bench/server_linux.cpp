// Chapter 8 · benchmark: the parent of thousands. Read before: server.h.
//
// What is measured is CPU, not the clock: how long a child takes to die is no business of the parent's,
// and it would drown the rest. Meets: clock_gettime(CLOCK_PROCESS_CPUTIME_ID).
#include "chapters/ch08_reaping/bench/server.h"

#include <cstdlib>
#include <iostream>
#include <random>

#include <time.h>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/bench/ways.h"
#include "platform/self.h"

namespace proclab::reaping::bench {
namespace {

double seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Bench {
  std::unique_ptr<Family> family;
  std::size_t living;
  std::mt19937 random{8};

  /// One after another: each end is a wake-up of its own.
  double exits(std::size_t count) {
    double used = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t victim = random() % living;
      // Before the clock: waking a process to die is no part of noticing that it did.
      family->kill(victim);
      const double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
      family->reap(1);
      used += seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
      family->start(victim);
    }
    return used;
  }

  double burst(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) family->kill(i);
    const double begin = seconds(CLOCK_PROCESS_CPUTIME_ID);
    family->reap(count);
    const double used = seconds(CLOCK_PROCESS_CPUTIME_ID) - begin;
    for (std::size_t i = 0; i < count; ++i) family->start(i);
    return used;
  }

  double spawn(std::size_t count) {
    const double begin = seconds(CLOCK_MONOTONIC);
    for (std::size_t i = 0; i < count; ++i) family->start(living + i);
    const double took = seconds(CLOCK_MONOTONIC) - begin;
    for (std::size_t i = 0; i < count; ++i) family->kill(living + i);
    family->reap(count);
    return took;
  }
};

constexpr std::size_t kMostSpawned = 100;

}  // namespace

int serve(const std::vector<std::string>& args) {
  if (args.size() != 2) failed("--serve", "takes WAY LIVING");
  const std::size_t living = std::strtoul(args[1].c_str(), nullptr, 10);
  Bench bench{nullptr, living};
  for (const Way& way : ways()) {
    if (way.name == args[0]) bench.family = way.make(living + kMostSpawned);
  }
  if (!bench.family) failed("--serve", "there is no way named " + args[0]);
  for (std::size_t place = 0; place < living; ++place) bench.family->start(place);
  std::cout << "ready" << std::endl;
  std::string order;
  for (std::size_t count = 0; std::cin >> order >> count;) {
    const double all = order == "exits"   ? bench.exits(count)
                       : order == "burst" ? bench.burst(count)
                                          : bench.spawn(count);
    std::cout << all / static_cast<double>(count) * 1e9 << std::endl;
  }
  std::_Exit(0);  // the children's stdin ends with us; nobody waits for ten thousand of them
}

Server::Server(const std::string& way, std::size_t living)
    : process_([&] {
        pipes::Pipe in = *pipes::make_pipe(), out = *pipes::make_pipe();
        spawn::Options options{.file = *self_path(),
                               .args = {"--serve", way, std::to_string(living)}};
        options.slots = {spawn::Slot::from(0, in.read.get()),
                         spawn::Slot::from(1, out.write.get())};
        const auto limit = process::get_limit(process::Limit::open_files);
        if (limit) options.limits = {{process::Limit::open_files, {limit->hard, limit->hard}}};
        Result<spawn::Process> server = spawn::start(options);
        if (!server) failed(way.c_str(), server.error().message());
        to_ = std::move(in.write);
        from_ = std::move(out.read);
        return std::move(*server);
      }()) {
  if (line() != "ready") failed(way.c_str(), "the server did not become ready");
}

Server::~Server() {
  to_.close();  // the end of its input is its end
  if (!process_.wait()) process_.disown();
}

double Server::ask(const std::string& order, std::size_t count) {
  stdio::BlockingWriter writer(to_.get());
  if (!writer.write(order + " " + std::to_string(count) + "\n")) failed(order.c_str(), "write");
  return std::strtod(line().c_str(), nullptr) * 1e-9;
}

std::string Server::line() {
  std::string text;
  for (char c = 0;;) {
    const Result<std::size_t> got = pipes::read_some(from_.get(), &c, 1);
    if (!got || *got == 0) failed("server", "it ended before it answered");
    if (c == '\n') return text;
    text += c;
  }
}

}  // namespace proclab::reaping::bench
