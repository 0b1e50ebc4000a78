// tests/support · leaks: the listener that compares what the process holds before and after a test.
#include "tests/support/leaks.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "platform/native.h"

namespace proclab::test {
namespace {

using Lines = std::vector<std::string>;

Lines extra(const Lines& before, const Lines& after) {
  Lines out;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(out));
  return out;
}

/// Windows hands out handles to runtimes at its own pace, and a runtime may swap one Event for
/// another. So there only a kind of handle that became more numerous counts: "handle (Event)".
void keep_kinds_that_grew(Lines& lines, const Lines& before, const Lines& after) {
  const auto kind = [](const std::string& line) { return line.substr(0, line.find(')')); };
  std::map<std::string, int> grown;
  for (const std::string& line : after) ++grown[kind(line)];
  for (const std::string& line : before) --grown[kind(line)];
  std::erase_if(lines, [&](const std::string& line) { return grown[kind(line)] <= 0; });
}

/// Runs around each test, after its fixture is gone.
class LeakGuard : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo&) override { before_ = holdings(); }
  void OnTestEnd(const ::testing::TestInfo&) override {
    std::string left = leaked(before_, holdings());
    // A thread that the test has joined may still be giving back its last resources, and a
    // sanitizer's own thread opens a file now and then. Such a thing goes; a leak stays.
    for (int look = 0; !left.empty() && look < 20; ++look) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      left = leaked(before_, holdings());
    }
    if (!left.empty()) ADD_FAILURE() << left;
  }
  Holdings before_;
};

/// Everything once for nothing: what a runtime, a sanitizer or Wine opens at the first call of its
/// kind is no leak. On Windows a thread, an exception and a failure each make handles that stay.
void warm_up() {
  warm_up_system();
  std::thread([] { (void)holdings(); }).join();
  try {
    throw std::runtime_error("the first exception");
  } catch (const std::runtime_error&) {
  }
  ::testing::TestPartResultArray swallowed;
  {
    const ::testing::ScopedFakeTestPartResultReporter reporter(&swallowed);
    ADD_FAILURE() << "the first failure";
  }
  (void)holdings();
}

}  // namespace

std::string leaked(const Holdings& before, const Holdings& after) {
  std::string text;
  const auto say = [&](const char* what, const Lines& lines) {
    for (const std::string& line : lines) text += std::string(what) + line + "\n";
  };
  Lines handles = extra(before.handles, after.handles);
  if (kWindows) keep_kinds_that_grew(handles, before.handles, after.handles);
  say("left behind: ", handles);
  if (!kWindows) say("closed, but not its own: ", extra(after.handles, before.handles));
  say("left behind: ", extra(before.children, after.children));
  say("left behind: ", extra(before.files, after.files));
  say("left behind: ", extra(before.signals, after.signals));
  say("not put back: ", extra(after.signals, before.signals));
  if (before.signal_mask != after.signal_mask) {
    text += "left behind: blocked signals: [" + after.signal_mask + "], before the test [" +
            before.signal_mask + "]\n";
  }
  return text;
}

void install_leak_guard() {
  warm_up();
  ::testing::UnitTest::GetInstance()->listeners().Append(std::make_unique<LeakGuard>().release());
}

}  // namespace proclab::test
