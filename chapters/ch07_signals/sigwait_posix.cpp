// Chapter 7 · signals: a thread that waits for signals, and for nothing else.
//
// No handler either, and no Linux: sigwait() takes a pending signal as a plain return value, in a thread that
// may call whatever it likes. This one just passes them on. It may block on a full pipe: what comes
// meanwhile stays in the kernel's queue. Read source_posix.cpp before. Meets: sigwait, sigwaitinfo,
// pthread_create, pthread_kill.
#include <array>
#include <atomic>
#include <cerrno>

#include <pthread.h>
#include <unistd.h>

#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {
namespace {

class SigwaitThread final : public Source::Listener {
 public:
  SigwaitThread(const std::vector<int>& signals, RecordPipe pipe)
      : first_(signals.front()), held_(signals), pipe_(std::move(pipe)) {
    // It takes no other signal than by sigwait(): handlers of the program run in the program's threads.
    const MaskGuard none_in_the_thread(MaskGuard::How::block, all());
    started_ = ::pthread_create(&thread_, nullptr, run, this);
  }

  //> thread-end
  ~SigwaitThread() override {
    if (started_ != 0 || owner_ != ::getpid())
      return;  // a fork() copies one thread, and not that one
    stop_ = true;
    pipe_.read.close();               // it may wait for room in the pipe: EPIPE ends that
    ::pthread_kill(thread_, first_);  // or in sigwait(): this ends that
    ::pthread_join(thread_, nullptr);
  }
  //< thread-end

  /// 0, or why there is no thread.
  [[nodiscard]] int started() const { return started_; }
  [[nodiscard]] NativeHandle handle() const override { return pipe_.read.get(); }

  Result<std::size_t> read(std::span<Event> room) override {
    std::array<Record, 64> records;
    const std::size_t most = std::min(room.size(), records.size());
    const Result<std::size_t> got = read_records(pipe_.read.get(), {records.data(), most});
    if (!got) return got.error();
    for (std::size_t i = 0; i < *got; ++i) {
      room[i] = {records[i].signal, records[i].sender, records[i].value, 1};
    }
    return *got;
  }

 private:
  //> thread
  static void* run(void* self) {
    auto& source = *static_cast<SigwaitThread*>(self);
    for (;;) {
      const Record record = wait_for_one(source.held_.set());
      if (source.stop_) return nullptr;
      // Every signal is blocked here, SIGPIPE too, so this fails only when the reader is gone.
      if (::write(source.pipe_.write.get(), &record, sizeof record) == -1) return nullptr;
    }
  }
  //< thread

  const pid_t owner_ = ::getpid();
  const int first_;
  HeldBack held_;
  RecordPipe pipe_;
  std::atomic<bool> stop_ = false;
  pthread_t thread_{};
  int started_ = 0;
};

}  // namespace

Listening listen_by_thread(const std::vector<int>& signals) {
  Result<RecordPipe> pipe = make_record_pipe();
  if (!pipe) return pipe.error();
  auto listener = std::make_unique<SigwaitThread>(signals, std::move(pipe).value());
  if (const int error = listener->started(); error != 0) {
    return Error{"pthread_create", std::error_code(error, std::generic_category()), {}};
  }
  return std::unique_ptr<Source::Listener>(std::move(listener));
}

}  // namespace proclab::signals
