// Chapter 7 · signals: what the three ways to listen have in common on POSIX.
#pragma once

#include <vector>

#include <signal.h>

#include "chapters/ch07_signals/listener.h"
#include "chapters/ch07_signals/mask_posix.h"
#include "platform/handle.h"

namespace proclab::signals {

/// An Event as it goes through a pipe: 16 bytes, less than PIPE_BUF, so a write is never torn, and a pipe
/// of whole records gives whole records back. A signal of 0 says only "look around".
struct Record {
  int signal = 0;
  pid_t sender = 0;
  int value = 0;
  int unused = 0;
};

/// What the kernel tells of a signal. Async-signal-safe.
[[nodiscard]] Record record_of(const siginfo_t& info) noexcept;

/// Both ends close-on-exec; `read` never waits.
struct RecordPipe {
  Handle read, write;
};
[[nodiscard]] Result<RecordPipe> make_record_pipe();
/// As many records as are there and have room; 0: none now.
[[nodiscard]] Result<std::size_t> read_records(NativeHandle pipe, std::span<Record> room);

/// Gives signals a disposition while it lives.
class Dispositions {
 public:
  Dispositions() = default;
  Dispositions(const std::vector<int>& signals, const struct sigaction& action);
  ~Dispositions() { restore(); }
  Dispositions(const Dispositions&) = delete;
  Dispositions& operator=(const Dispositions&) = delete;
  void restore() noexcept;

 private:
  struct Before {
    int signal;
    struct sigaction action;
  };
  std::vector<Before> before_;
};

/// Signals held back, with their default disposition (what is ignored might be thrown away before anyone
/// can wait for it); at its end what is pending is dropped, and then all is as before.
class HeldBack {
 public:
  explicit HeldBack(const std::vector<int>& signals);
  ~HeldBack();
  [[nodiscard]] const sigset_t& set() const { return set_; }

 private:
  sigset_t set_;
  MaskGuard mask_;  // restored last
  Dispositions dispositions_;
};

Listening listen_by_self_pipe(const std::vector<int>& signals);
Listening listen_by_signalfd(const std::vector<int>& signals);
Listening listen_by_thread(const std::vector<int>& signals);

/// Waits for one of `set`, which the calling thread blocks. Retries what is interrupted.
[[nodiscard]] Record wait_for_one(const sigset_t& set) noexcept;

}  // namespace proclab::signals
