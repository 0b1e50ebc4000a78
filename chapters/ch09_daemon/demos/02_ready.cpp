// Chapter 9 · ready: "started" is not "serves". Who waits for the second?
//
// Look for: the same three daemons, started twice. The naive starter says "ok" to each, also to the
// one whose port is taken and to the one that crashes. launch() returns when the daemon serves, and
// else with the daemon's own reason, or with how it died.
//
// Run: ch09_ready
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "chapters/ch09_daemon/launch.h"
#include "chapters/ch09_daemon/notify.h"
#include "platform/self.h"

using namespace proclab;
using namespace proclab::daemon;

namespace {

/// The daemon. What it does stands in its argument.
int serve(const std::string& how) {
  Result<Notifier> notifier = Notifier::from_environment();
  if (!notifier) return 1;
  if (how == "crashes") return 42;  // "it cannot happen", so nobody says a word about it
  if (how == "has no port") {
    (void)notifier->failed(make_error("bind", std::errc::address_in_use, "port 80"));
    return 1;
  }
  (void)notifier->ready();
  return 0;  // a real one would serve now
}

spawn::Options program(const std::string& self, const char* how) {
  spawn::Options options;
  options.file = self;
  options.args = {"--serve", how};
  return options;
}

// UNSAFE: the process exists, so all is well.
void naive(const std::string& self, const char* how) {
  Result<spawn::Process> child = spawn::start(program(self, how));
  std::printf("  %-12s %s\n", how, child ? "ok" : child.error().message().c_str());
  if (child) (void)child->wait();  // only so that the demo leaves nothing behind
}

//> ready
void waiting(const std::string& self, const char* how) {
  Result<spawn::Process> child = launch(program(self, how), Deadline::after(Milliseconds(10'000)));
  std::printf("  %-12s %s\n", how, child ? "ok" : child.error().message().c_str());
  if (child) (void)child->wait();
}
//< ready

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  if (argc == 3 && std::strcmp(argv[1], "--serve") == 0) return serve(argv[2]);
  if (argc > 1) return std::puts("usage: ch09_ready\nStarts three daemons, two of them bad."), 0;
  const Result<std::string> self = self_path();
  if (!self) return 1;
  const char* const daemons[] = {"serves", "has no port", "crashes"};
  std::puts("UNSAFE, spawn and hope:");
  std::fflush(stdout);
  for (const char* how : daemons) naive(*self, how);
  std::puts("launch():");
  for (const char* how : daemons) waiting(*self, how);
  return 0;
}
