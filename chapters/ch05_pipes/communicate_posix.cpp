// Chapter 5 · pipes: the loop of communicate() on POSIX. Read communicate.h and communicate.cpp
// first.
//
// poll() names the streams on which something can be done *now*; what is done then must not wait
// either, hence O_NONBLOCK: poll() calls a pipe writable that has room for 4,096 bytes, and a
// blocking write of 64 KiB into it would wait for the child, which may just then be waiting for us.
#include <algorithm>
#include <array>
#include <cerrno>

#include <poll.h>
#include <unistd.h>

#include "chapters/ch02_stdio/write_signals_posix.h"
#include "chapters/ch05_pipes/exit_watch_posix.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch05_pipes/pump.h"

namespace proclab::pipes {

namespace {

/// What a step came to. A Stop: that is how it ends. Nothing: go on.
using Step = std::optional<Stop>;

bool try_again(int error) { return error == EINTR || error == EAGAIN || error == EWOULDBLOCK; }

class Pump {
 public:
  Pump(PipedChild& child, std::string_view input, const CommunicateOptions& options,
       Communicated& said)
      : child_(child), rest_(input), options_(options), said_(said) {}

  Stop run();

 private:
  enum Entry { in, out, err, process };

  int wait_time() const;
  Step wait();
  Step feed();
  Step drain(Handle& from, std::string& into);
  Step fail(Error why) {
    said_.error = std::move(why);
    return Stop::failed;
  }

  PipedChild& child_;
  std::string_view rest_;  // of the input
  const CommunicateOptions& options_;
  Communicated& said_;
  // For the whole of it: a child that closes its stdin early gives us EPIPE, not an end by SIGPIPE.
  stdio::WriteSignalGuard alive_{true};
  Handle watch_;
  Deadline held_until_;  // never, until the process has ended and options_.after_exit has begun
  std::array<pollfd, 4> entries_{};
  std::array<char, 64 * 1024> block_;
};

//> pump
Stop Pump::run() {
  if (options_.after_exit) {
    Result<Handle> watch = exit_watch(child_.process.pid());
    if (!watch) return *fail(watch.error());
    watch_ = std::move(*watch);
  }
  if (rest_.empty()) child_.input.close();  // nothing (more) to say: the child shall see the end
  while (child_.input || child_.output || child_.errors) {
    if (const Step end = wait()) return *end;
    if (entries_[in].revents != 0) {
      if (const Step end = feed()) return *end;
    }
    if (entries_[out].revents != 0) {
      if (const Step end = drain(child_.output, said_.output)) return *end;
    }
    if (entries_[err].revents != 0) {
      if (const Step end = drain(child_.errors, said_.errors)) return *end;
    }
    if (entries_[process].revents != 0) {
      watch_.close();
      held_until_ = Deadline::after(*options_.after_exit);
    }
    // Asked at every turn: a child that never stops talking must not carry us past them.
    if (options_.deadline.passed()) return Stop::deadline;
    if (held_until_.passed()) return Stop::held;
  }
  return Stop::ended;
}
//< pump

int Pump::wait_time() const {
  const int left = options_.deadline.poll_timeout(), held = held_until_.poll_timeout();
  return left < 0 ? held : held < 0 ? left : std::min(left, held);
}

Step Pump::wait() {
  // poll() skips a descriptor of -1, which is what an empty Handle has.
  entries_[in] = {child_.input.get(), POLLOUT, 0};
  entries_[out] = {child_.output.get(), POLLIN, 0};
  entries_[err] = {child_.errors.get(), POLLIN, 0};
  entries_[process] = {watch_.get(), POLLIN, 0};
  if (::poll(entries_.data(), entries_.size(), wait_time()) != -1) return {};
  if (errno != EINTR) return fail(last_error("poll"));
  for (pollfd& entry : entries_) entry.revents = 0;  // a signal: nothing is known of the streams
  return {};
}

//> drain
Step Pump::drain(Handle& from, std::string& into) {
  const std::size_t room = options_.limit - std::min(options_.limit, into.size());
  if (room == 0) {
    // Full. Is there more? To read a byte in order to know would be to lose it.
    const Result<std::size_t> more = unread(from.get());
    if (!more) return fail(more.error());
    if (*more > 0) return Stop::limit;
    if (partner_gone(from.get())) from.close();
    return {};
  }
  const ssize_t count = ::read(from.get(), block_.data(), std::min(block_.size(), room));
  if (count > 0) into.append(block_.data(), static_cast<std::size_t>(count));
  if (count == 0) from.close();  // every writer is gone
  if (count == -1 && !try_again(errno)) return fail(last_error("read"));
  return {};
}
//< drain

//> feed
Step Pump::feed() {
  const ssize_t count = ::write(child_.input.get(), rest_.data(), rest_.size());
  if (count == -1 && try_again(errno)) return {};
  if (count == -1) {
    const Error why = last_error("write");
    if (why.code != std::errc::broken_pipe) return fail(why);
    alive_.swallow(EPIPE);
    child_.input.close();  // it reads no more. That is its right; what it has to say still counts.
    return {};
  }
  rest_.remove_prefix(static_cast<std::size_t>(count));
  said_.fed += static_cast<std::size_t>(count);
  if (rest_.empty()) child_.input.close();  // the end, for which the child may be waiting
  return {};
}
//< feed

}  // namespace

Stop pump(PipedChild& child, std::string_view input, const CommunicateOptions& options,
          Communicated& said) {
  return Pump(child, input, options, said).run();
}

bool partner_gone(NativeHandle end) {
  pollfd entry{end, POLLIN | POLLOUT, 0};
  if (::poll(&entry, 1, 0) < 1) return false;
  if ((entry.revents & POLLERR) != 0) return true;  // of a write end: nobody reads
  const Result<std::size_t> left = unread(end);
  return (entry.revents & POLLHUP) != 0 && left && *left == 0;
}

}  // namespace proclab::pipes
