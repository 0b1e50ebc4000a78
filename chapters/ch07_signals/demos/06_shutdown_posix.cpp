// Chapter 7 · shutdown: a server that is told to end, and does not drop what it has begun.
//
// Look for: SIGTERM comes in the middle of the second request. That one is finished and answered; the third,
// which has not begun, is refused; and the program ends with 0. Told a second time, it ends at once, and
// by the signal: whoever presses Ctrl-C twice means it.
//
// Run: ch07_shutdown
// Run: ch07_shutdown --twice
// Exit: SIGTERM
#include <cstdio>
#include <cstring>
#include <string>

#include "chapters/ch07_signals/ending.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch07_signals/source.h"
#include "platform/self.h"

using namespace proclab;

namespace {

/// For the demo: somebody who sends SIGTERM at the wrong moment.
void disturb(const std::string& request, int step, bool twice) {
  const bool now = request == "second" && (step == 1 || (twice && step == 2));
  if (now) (void)signals::raise(signals::kTerminate);
}

//> serve
int serve(signals::Source& told, bool twice) {
  int times = 0;  // how often we were told to end
  for (const std::string request : {"first", "second", "third"}) {
    if (times > 0) {
      std::printf("%s: refused, we are closing\n", request.c_str());
      continue;
    }
    for (int step = 1; step <= 3; ++step) {
      std::printf("%s: step %d of 3\n", request.c_str(), step);
      disturb(request, step, twice);
      // Looked at where it suits us: between two steps everything is whole. No handler could say that.
      for (auto event = told.next(); event && *event; event = told.next()) {
        std::printf("told to end by %s\n", signals::name_of((*event)->signal).c_str());
        if (++times < 2) continue;
        std::puts("and once more: at once, then");
        std::fflush(stdout);
        signals::end_as({.signal = (*event)->signal});
      }
    }
    std::printf("%s: answered\n", request.c_str());
  }
  return 0;
}
//< serve

}  // namespace

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts(
               "ch07_shutdown: serves three requests, and is told to end during the second.\n"
               "usage: ch07_shutdown           it finishes what it has begun\n"
               "       ch07_shutdown --twice   it is told again, and ends at once"),
           0;
  }
  if (!fill_std_slots()) return 125;
  Result<signals::Source> told = signals::Source::open({signals::kTerminate, signals::kInterrupt});
  return told ? serve(*told, word == "--twice") : 1;
}
