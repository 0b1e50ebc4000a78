// tests/support · deadline: a thread that waits to be told that all is well.
#include "tests/support/deadline.h"

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/deadline_system.h"
#include "tests/support/leaks.h"

namespace proclab::test {

struct Waiting::State {
  std::string message;
  Milliseconds span;
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::thread watch;

  void run() {
    std::unique_lock lock(mutex);
    if (changed.wait_for(lock, span, [&] { return done; })) return;
    for (const std::string& child : holdings().children) message += "deadline:   " + child + "\n";
    std::fputs(message.c_str(), stderr);
    std::fflush(stderr);
    end_children();
    std::abort();
  }
};

Waiting::Waiting(std::string for_whom, Milliseconds span) : state_(new State) {
  state_->message =
      "deadline: waited " + std::to_string(span.count()) + " ms for " + std::move(for_whom);
  if (const auto* test = ::testing::UnitTest::GetInstance()->current_test_info()) {
    state_->message += std::string(" (") + test->test_suite_name() + "." + test->name() + ")";
  }
  state_->message += "\n";
  state_->span = span;
  const SignalsBlocked blocked;  // the thread inherits it: a test's signals are for its own threads
  state_->watch = std::thread([state = state_] { state->run(); });
}

Waiting::~Waiting() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->done = true;
  }
  state_->changed.notify_one();
  state_->watch.join();
  delete state_;
}

}  // namespace proclab::test
