// Chapter 7 · signals: the self-pipe: a handler that writes, a loop that reads.
//
// Question: what can a handler do, that may run between any two instructions of the program, also inside
// malloc? Call what POSIX lists as async-signal-safe, and touch lock-free atomics. write() is on the
// list, and a pipe is all that a loop needs (D. J. Bernstein's trick). Read source_posix.cpp before.
// Meets: sigaction, write, getpid, raise.
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {
namespace {

/// What the handler finds for a signal: it gets no pointer of ours, only a number.
struct Slot {
  std::atomic<int> pipe = -1;      ///< write end; -1: nobody listens
  std::atomic<pid_t> owner = 0;    ///< a fork()ed child has this handler and this pipe, too
  std::atomic<unsigned> lost = 0;  ///< came while the pipe was full
};
std::array<Slot, 128> g_slots;
std::atomic<int> g_running = 0;  ///< handlers, in all threads
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<unsigned>::is_always_lock_free,
              "an atomic with a lock inside would be no better than malloc in a handler");

Slot& slot_of(int signal) { return g_slots[static_cast<std::size_t>(signal)]; }

//> handler
/// Runs at any moment, in any thread, with every signal blocked. What it interrupted may be just about to
/// look at errno.
void on_signal(int signal, siginfo_t* info, void*) {
  const int saved = errno;
  ++g_running;
  Slot& slot = slot_of(signal);
  const int pipe = slot.pipe;
  if (pipe != -1 && slot.owner != ::getpid()) {
    // The copy of a fork(): its signals are none of its parent's business. Do what would be done there
    // without us; the default takes effect when this handler has returned.
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  } else if (pipe != -1) {
    const Record record = record_of(*info);
    if (::write(pipe, &record, sizeof record) == -1) {
      // EAGAIN, the pipe is full. To wait for room would wait for the very thread we interrupted. So only
      // count, and then try again to wake the reader: it may have emptied the pipe in between.
      ++slot.lost;
      constexpr Record kLook{};
      (void)!::write(pipe, &kLook, sizeof kLook);
    }
  }
  --g_running;
  errno = saved;
}
//< handler

struct sigaction our_action() noexcept {
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  // SA_RESTART: the rest of the program shall not notice. (poll() and its kind end with EINTR anyway.)
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  return action;
}

class SelfPipe final : public Source::Listener {
 public:
  SelfPipe(const std::vector<int>& signals, RecordPipe pipe)
      : signals_(signals), pipe_(std::move(pipe)) {
    for (const int signal : signals_) {  // before the handler can run
      Slot& slot = slot_of(signal);
      slot.owner = ::getpid();
      slot.lost = 0;
      slot.pipe = pipe_.write.get();
    }
    handlers_.emplace(signals_, our_action());
    unblocked_.emplace(MaskGuard::How::unblock, signals_);  // what is pending comes now
  }

  //> self-pipe-end
  ~SelfPipe() override {
    unblocked_.reset();
    handlers_.reset();  // from here on nobody enters the handler anew …
    for (const int signal : signals_) slot_of(signal).pipe = -1;
    // … but another thread may stand in it, with our pipe's number in its hand. If we closed now, it could
    // write into whatever file gets the number next. In a fork()ed copy that thread does not exist.
    const bool forked = slot_of(signals_.front()).owner != ::getpid();
    while (!forked && g_running != 0) ::sched_yield();
  }
  //< self-pipe-end

  [[nodiscard]] NativeHandle handle() const override { return pipe_.read.get(); }

  //> self-pipe-read
  Result<std::size_t> read(std::span<Event> room) override {
    std::size_t count = 0;
    for (;;) {
      // First what found no room: as long as some of it is left, the pipe has something to read, too.
      for (const int signal : signals_) {
        if (count == room.size()) return count;
        Slot& slot = slot_of(signal);
        if (slot.lost == 0) continue;
        room[count++] = {signal, 0, 0, slot.lost.exchange(0)};
      }
      std::array<Record, 64> records;
      const std::size_t most = std::min(records.size(), room.size() - count);
      if (most == 0) return count;
      const Result<std::size_t> got = read_records(pipe_.read.get(), {records.data(), most});
      if (!got) return got.error();
      if (*got == 0) return count;
      for (const Record& record : std::span(records).first(*got)) {
        if (record.signal != 0) room[count++] = {record.signal, record.sender, record.value, 1};
      }
    }
  }
  //< self-pipe-read

 private:
  std::vector<int> signals_;
  RecordPipe pipe_;
  std::optional<Dispositions> handlers_;
  std::optional<MaskGuard> unblocked_;
};

}  // namespace

Record record_of(const siginfo_t& info) noexcept {
  Record record{info.si_signo, 0, 0, 0};
  // si_pid shares its bytes with other things: only these say who sent it. For a SIGCHLD it is the child.
  const bool has_sender = info.si_code == SI_USER || info.si_code == SI_QUEUE ||
#ifdef SI_TKILL
                          info.si_code == SI_TKILL ||
#endif
                          info.si_signo == SIGCHLD;
  if (has_sender) record.sender = info.si_pid;
  if (info.si_code == SI_QUEUE) record.value = info.si_value.sival_int;
  return record;
}

Listening listen_by_self_pipe(const std::vector<int>& signals) {
  Result<RecordPipe> pipe = make_record_pipe();
  if (!pipe) return pipe.error();
  const int flags = ::fcntl(pipe->write.get(), F_GETFL);
  if (flags == -1 || ::fcntl(pipe->write.get(), F_SETFL, flags | O_NONBLOCK) == -1) {
    return last_error("fcntl");
  }
  return std::unique_ptr<Source::Listener>(
      std::make_unique<SelfPipe>(signals, std::move(pipe).value()));
}

}  // namespace proclab::signals
