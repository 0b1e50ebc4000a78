// tests/ch10 · signals as events, and a storm of them that loses nothing.
#include "chapters/ch10_loop/signal.h"

#include <atomic>
#include <csignal>
#include <optional>
#include <thread>

#include <pthread.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

class SignalEvents : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, SignalEvents, testing::ValuesIn(backends()), backend_name);

TEST_P(SignalEvents, AreCallbacksAmongOthers) {
  std::vector<int> came;
  std::optional<Signals> signals;
  signals = *Signals::listen(loop, {SIGUSR1, SIGTERM}, [&](const signals::Event& event) {
    came.push_back(event.signal);
    if (came.size() == 1) {
      ASSERT_TRUE(proclab::signals::raise(SIGTERM));
    }
    if (came.size() == 2) signals.reset();
  });
  const Timer timer =
      Timer::once(loop, Milliseconds(0), [] { ASSERT_TRUE(proclab::signals::raise(SIGUSR1)); });
  run("two signals");
  EXPECT_EQ(came, (std::vector<int>{SIGUSR1, SIGTERM}));
}

TEST_P(SignalEvents, NotReferencedKeepNobody) {
  Signals signals = *Signals::listen(loop, {SIGUSR1}, [](const signals::Event&) { FAIL(); });
  EXPECT_TRUE(signals.active());
  signals.unref();
  run("nothing");
}

TEST_P(SignalEvents, OfASignalThatHasAnOwnerAreAnError) {
  const Signals first = *Signals::listen(loop, {SIGUSR1}, [](const signals::Event&) {});
  const Result<Signals> second = Signals::listen(loop, {SIGUSR1}, [](const signals::Event&) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::device_or_resource_busy);
}

// ---- EINTR ----

void on_storm(int) {}

TEST_P(SignalEvents, ThatInterruptEveryCallLoseNothing) {
  const signals::DispositionGuard handler(SIGUSR2, on_storm);  // without SA_RESTART
  const pthread_t loops = ::pthread_self();
  std::atomic<bool> over{false};
  std::thread storm([&] {
    while (!over) {
      ::pthread_kill(loops, SIGUSR2);
      std::this_thread::yield();
    }
  });
  Two ends = two(), pipes = pipe();
  Collector over_pair(ends.b), over_pipe(pipes.a);
  std::string sent(2 << 20, 'x');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>('a' + i % 26);
  ends.a.write(sent);
  ends.a.end();
  pipes.b.write(sent);
  pipes.b.end();
  int ticks = 0;
  Timer timer = Timer::every(loop, Milliseconds(1), [&] {
    if (++ticks == 20) timer.close();
  });
  run("4 MiB and 20 ticks in a storm of signals");
  over = true;
  storm.join();
  EXPECT_TRUE(over_pair.text == sent) << over_pair.text.size();
  EXPECT_TRUE(over_pipe.text == sent) << over_pipe.text.size();
  EXPECT_EQ(ticks, 20);
}

}  // namespace
}  // namespace proclab::loop
