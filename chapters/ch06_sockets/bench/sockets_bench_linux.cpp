// Chapter 6 · benchmark: what it costs to pass a descriptor, and what our calls add to the
// kernel's.
//
// Question: how many descriptors a second go from one process to another, and is it cheaper to send
// many in one message? One thread does both ends, one message at a time: no wake-ups are in the
// figures, and no second core. The base, a raw loop of sendmsg, recvmsg and close, is timed next to
// each sample; the report gives the medians of the pairs' ratios. Chapter 5 compares the transports
// with each other.
//
// Run: scripts/bench 06. The names are table/way/load, as scripts/bench_report.py wants them.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch06_sockets/bench/python_linux.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/passing.h"
#include "platform/clock.h"
#include "platform/self.h"

namespace proclab::sockets::bench {
namespace {

[[noreturn]] void failed(const char* what) {
  std::perror(what);
  std::exit(1);
}

Pair made(Kind kind = Kind::stream) {
  Result<Pair> ends = pair(kind);
  if (!ends) failed("pair");
  return std::move(*ends);
}

/// Descriptors, from one end to the other, `count` in a message.
struct Load {
  std::size_t count;
  Pair ends = made();
  std::vector<NativeHandle> passed{std::vector<NativeHandle>(count, 0)};
  explicit Load(std::size_t n) : count(n) {}
};

//> raw
void pass_raw(const Load& load) {
  char byte = 'x';
  iovec part{&byte, 1};
  alignas(cmsghdr) char room[CMSG_SPACE(kMostHandles * sizeof(int))];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = CMSG_SPACE(load.count * sizeof(int));
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(load.count * sizeof(int));
  std::memcpy(CMSG_DATA(head), load.passed.data(), load.count * sizeof(int));
  if (::sendmsg(load.ends.first.get(), &message, MSG_NOSIGNAL) != 1) failed("sendmsg");
  message.msg_controllen = CMSG_SPACE(load.count * sizeof(int));
  if (::recvmsg(load.ends.second.get(), &message, MSG_CMSG_CLOEXEC) != 1) failed("recvmsg");
  const cmsghdr* came = CMSG_FIRSTHDR(&message);
  if (came == nullptr) return failed("recvmsg: no descriptors");
  for (std::size_t i = 0; i < load.count; ++i) {
    int fd;
    std::memcpy(&fd, CMSG_DATA(came) + i * sizeof fd, sizeof fd);
    ::close(fd);
  }
}
//< raw

void pass_ours(const Load& load) {
  char byte;
  if (!send_handles(load.ends.first.get(), "x", load.passed)) failed("send_handles");
  const auto got = receive_handles(load.ends.second.get(), {&byte, 1}, load.count);
  if (!got || got->handles.size() != load.count) failed("receive_handles");
}

/// Seconds for one of `rounds`.
double seconds(int rounds, const std::function<void()>& once) {
  const Clock::time_point begin = Clock::now();
  for (int i = 0; i < rounds; ++i) once();
  return std::chrono::duration<double>(Clock::now() - begin).count() / rounds;
}

void add(const std::string& name, const std::function<void(benchmark::State&)>& body) {
  benchmark::RegisterBenchmark(name.c_str(), [body](benchmark::State& state) { body(state); })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

using Way = double (*)(const Load&, int rounds);

double raw_way(const Load& load, int rounds) {
  return seconds(rounds, [&] { pass_raw(load); });
}
double our_way(const Load& load, int rounds) {
  return seconds(rounds, [&] { pass_ours(load); });
}
double python_way(const Load& load, int rounds) { return python_seconds(load.count, rounds); }

void add_descriptors(const char* name, Way way, std::size_t count) {
  add("descriptors/" + std::string(name) + "/" + std::to_string(count),
      [way, count](benchmark::State& state) {
        const Load load(count);
        const int rounds = static_cast<int>(20'000 / count) + 100;
        for (auto _ : state) {
          const double base = raw_way(load, rounds);
          const double spent = way(load, rounds);
          const auto each = static_cast<double>(count);
          state.SetIterationTime(spent / each);
          state.counters["ratio"] = spent / base;
          state.counters["thousand a second"] = each / spent / 1000;
        }
      });
}

void add_messages(const char* name, Kind kind, bool ours, const char* size_name, std::size_t size) {
  add("messages/" + std::string(name) + "/" + size_name, [=](benchmark::State& state) {
    const Pair ends = made(kind);
    const std::string text(size, 'm');
    std::string room(size, '\0');
    const auto raw_once = [&] {
      if (::send(ends.first.get(), text.data(), size, MSG_NOSIGNAL) == -1) failed("send");
      if (::recv(ends.second.get(), room.data(), size, 0) == -1) failed("recv");
    };
    const auto our_once = [&] {
      if (!send_all(ends.first.get(), text)) failed("send_all");
      if (kind == Kind::stream ? !receive(ends.second.get(), room)
                               : !receive_message(ends.second.get(), room)) {
        failed("receive");
      }
    };
    const int rounds = size > 10'000 ? 2'000 : 10'000;
    for (auto _ : state) {
      const double base = seconds(rounds, raw_once);
      const double spent = ours ? seconds(rounds, our_once) : seconds(rounds, raw_once);
      state.SetIterationTime(spent);
      state.counters["ratio"] = spent / base;
    }
  });
}

void say_what_it_is() {
  using benchmark::AddCustomContext;
  AddCustomContext("descriptors",
                   "a descriptor sent, received and closed, by how many are in a message");
  AddCustomContext("descriptors ratio", "to raw sendmsg + recvmsg + close, as many in a message");
  AddCustomContext("messages", "a message sent and received over a pair, by its size");
  AddCustomContext("messages ratio", "to raw send + recv of the same kind");
  AddCustomContext("goal descriptors/proclab ratio", "1.1");
  AddCustomContext("goal messages/stream, proclab ratio", "1.1");
  AddCustomContext("goal messages/seqpacket, proclab ratio", "1.1");
}

}  // namespace
}  // namespace proclab::sockets::bench

int main(int argc, char** argv) {
  using namespace proclab::sockets;
  using namespace proclab::sockets::bench;
  std::vector<std::string> args = proclab::utf8_args(argc, argv);
  // Each sample has its base beside it, so the rows need not take turns, and stay in order.
  args.emplace_back("--benchmark_enable_random_interleaving=false");
  std::vector<char*> pointers;
  for (std::string& arg : args) pointers.push_back(arg.data());
  int count_of_args = static_cast<int>(pointers.size());
  say_what_it_is();
  for (const std::size_t count : {1, 8, 64, 253}) {
    add_descriptors("raw", raw_way, count);
    add_descriptors("proclab", our_way, count);
    if (has_python()) add_descriptors("Python send_fds", python_way, count);
  }
  const struct {
    const char* name;
    std::size_t size;
  } sizes[] = {{"64 B", 64}, {"4 KiB", 4096}, {"64 KiB", 65536}};
  for (const auto& [name, size] : sizes) {
    add_messages("stream, raw", Kind::stream, false, name, size);
    add_messages("stream, proclab", Kind::stream, true, name, size);
    add_messages("seqpacket, raw", Kind::seqpacket, false, name, size);
    add_messages("seqpacket, proclab", Kind::seqpacket, true, name, size);
  }
  benchmark::Initialize(&count_of_args, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count_of_args, pointers.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
