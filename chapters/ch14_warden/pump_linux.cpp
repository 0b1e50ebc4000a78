// Chapter 14 · warden: the loop of a run. Read pump_linux.h first.
//
// Nothing in here blocks but poll(). Our own reader's end may be shared with strangers, so it is not made
// non-blocking; but poll() calls a pipe writable that has room for PIPE_BUF bytes, and no more are written.
#include "chapters/ch14_warden/pump_linux.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "chapters/ch14_warden/output_limit.h"

namespace proclab::warden {
namespace {

constexpr std::size_t kBlock = 64 * 1024;
constexpr int kTick =
    100;  // ms between two looks at the tree's CPU time, which nobody reports by itself

bool try_again(int error) { return error == EINTR || error == EAGAIN || error == EWOULDBLOCK; }

bool used_up(const Options& options, const Cgroup* cgroup) {
  const auto used = cgroup->usage().cpu_microseconds;
  return used && *used >= *options.limits.cpu * 1'000'000;
}

}  // namespace

Pump::Pump(const Options& options, Report& report, Handle output, Handle errors)
    : options_(options),
      report_(report),
      left_(output_limit(options)),
      streams_{{std::move(output), options.output, {}, &report.output, &report.output_bytes},
               {std::move(errors), options.errors, {}, &report.errors, &report.error_bytes}} {}

//> take
/// False: there is more than it may say. What is over the limit is thrown away: somebody has to.
Result<bool> Pump::take(Stream& stream, std::size_t room) {
  std::array<char, kBlock> block;
  const std::uint64_t most = left_ == kNoOutputLimit ? left_ : left_ + 1;
  const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(room, most));
  const ssize_t got = ::read(stream.from.get(), block.data(), std::min(wanted, block.size()));
  if (got == -1 && try_again(errno)) return true;
  if (got == -1) return last_error("read");
  if (got == 0) return stream.from.close(), true;
  const std::uint64_t taken = std::min<std::uint64_t>(static_cast<std::uint64_t>(got), left_);
  left_ -= taken;
  *stream.count += taken;
  std::string& into = stream.to == kNoHandle ? *stream.kept : stream.waiting;
  into.append(block.data(), static_cast<std::size_t>(taken));
  report_.output_cut = report_.output_cut || static_cast<std::uint64_t>(got) > taken;
  return !report_.output_cut;
}
//< take

void Pump::give(Stream& stream) {
  const std::size_t most = std::min<std::size_t>(stream.waiting.size(), PIPE_BUF);
  const ssize_t put = ::write(stream.to, stream.waiting.data(), most);
  if (put >= 0) {
    stream.waiting.erase(0, static_cast<std::size_t>(put));
  } else if (!try_again(errno)) {
    // Nobody reads any more. The program learns it as it would without us: by SIGPIPE.
    alive_.swallow(errno);
    stream.waiting.clear();
    stream.from.close();
  }
}

//> turn
Result<std::optional<Ended>> Pump::turn(NativeHandle ended, int timeout) {
  std::array<pollfd, 6> polls{{{ended, POLLIN, 0}, {options_.stop, POLLIN, 0}}};
  for (std::size_t i = 0; i < 2; ++i) {
    const Stream& stream = streams_[i];
    const bool room = stream.waiting.size() < kBlock;
    polls[2 + i] = {room ? stream.from.get() : -1, POLLIN, 0};
    polls[4 + i] = {stream.waiting.empty() ? -1 : stream.to, POLLOUT, 0};
  }
  if (::poll(polls.data(), polls.size(), timeout) == -1) {
    if (errno != EINTR) return last_error("poll");
    return std::optional<Ended>{};
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (polls[4 + i].revents != 0) give(streams_[i]);
    if (polls[2 + i].revents == 0 || !streams_[i].from) continue;
    const Result<bool> taken = take(streams_[i], kBlock - streams_[i].waiting.size());
    if (!taken) return taken.error();
    if (!*taken) return std::optional(Ended::output);
  }
  if (polls[0].revents != 0) return std::optional(Ended::exited);
  if (polls[1].revents != 0) return std::optional(Ended::stopped);
  return std::optional<Ended>{};
}
//< turn

//> run
Result<std::optional<Ended>> Pump::run(NativeHandle ended, Deadline deadline,
                                       const Cgroup* cgroup) {
  const bool ticks = options_.limits.cpu && cgroup != nullptr;
  Deadline look = Deadline::after(Milliseconds(kTick));
  for (;;) {
    const int left = deadline.poll_timeout();
    const int timeout = ticks && (left < 0 || left > kTick) ? kTick : left;
    Result<std::optional<Ended>> end = turn(ended, timeout);
    if (!end) return end.error();
    if (*end == Ended::exited) return std::optional<Ended>{};
    if (*end) return end;
    // Asked at every turn: a program that never stops talking must not carry us past them.
    if (deadline.passed()) return std::optional(Ended::wall);
    if (!ticks || !look.passed()) continue;
    if (used_up(options_, cgroup)) return std::optional(Ended::cpu);
    look = Deadline::after(Milliseconds(kTick));
  }
}
//< run

//> take-rest
Result<void> Pump::take_rest() {
  for (Stream& stream : streams_) {
    // Never to the end of the file: whoever escaped us may hold the pipe, and even write on. A pipe
    // holds no more than this, unless root has made it larger.
    for (std::size_t most = 1024 * 1024; stream.from && most >= kBlock; most -= kBlock) {
      pollfd there{stream.from.get(), POLLIN, 0};
      if (::poll(&there, 1, 0) < 1) break;
      const Result<bool> taken = take(stream, kBlock);
      if (!taken) return taken.error();
      if (!*taken) break;
    }
    stream.from.close();
  }
  return {};
}
//< take-rest

void Pump::flush() {
  for (Stream& stream : streams_) {
    while (!stream.waiting.empty()) {
      std::array<pollfd, 2> polls{{{stream.to, POLLOUT, 0}, {options_.stop, POLLIN, 0}}};
      if (::poll(polls.data(), polls.size(), -1) == -1 && errno != EINTR) return;
      if (polls[0].revents != 0) give(stream);
      if (polls[0].revents == 0 && polls[1].revents != 0) return;
    }
  }
}

}  // namespace proclab::warden
