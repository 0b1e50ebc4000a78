// Chapter 7 · handler: what a handler may call, and what happens when it calls printf().
//
// Look for: the program prints lines, and a timer's handler prints too, 10,000 times a second. printf()
// takes a lock on stdout. A handler that interrupts a printf() waits for a lock that only the
// interrupted code could release: for ever. The twin's handler sets a flag, and main prints for it.
//
// Run: ch07_handler
// Run: ch07_handler --fixed
// Timeout: 60
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <sys/time.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/timeout.h"
#include "platform/self.h"

using namespace proclab;

namespace {

constexpr int kLines = 1'000'000;

//> broken
// UNSAFE: printf() locks, and may allocate. POSIX lists what a handler may call (signal-safety(7)); of
// stdio nothing is on the list.
void print_a_tick(int) { std::printf("tick\n"); }
//< broken

//> fixed
volatile std::sig_atomic_t g_ticks = 0;

// The twin: only what is on the list, or a flag that the program looks at when it suits it.
void count_a_tick(int) { g_ticks = g_ticks + 1; }
//< fixed

/// The child: prints kLines lines to stdout while its timer ticks.
int print_lines(bool fixed) {
  struct sigaction action {};
  action.sa_handler = fixed ? count_a_tick : print_a_tick;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGALRM, &action, nullptr);
  const itimerval often{{0, 100}, {0, 100}}, off{};  // microseconds
  ::setitimer(ITIMER_REAL, &often, nullptr);
  int told = 0;
  for (int i = 0; i < kLines; ++i) {
    std::printf("line %07d\n", i);
    for (; told < g_ticks; ++told) std::printf("tick\n");
  }
  ::setitimer(ITIMER_REAL, &off, nullptr);
  return 0;
}

/// How many of the lines came out whole and in their order, in a file that holds nothing else but ticks.
int whole_lines(std::FILE* file) {
  std::rewind(file);
  int count = 0;
  for (char line[64]; std::fgets(line, sizeof line, file) != nullptr;) {
    char wanted[64];
    std::snprintf(wanted, sizeof wanted, "line %07d\n", count);
    if (std::strcmp(line, wanted) == 0)
      ++count;
    else if (std::strcmp(line, "tick\n") != 0)
      break;
  }
  return count;
}

int watch(const std::string& self, bool fixed) {
  std::FILE* file = std::tmpfile();
  if (file == nullptr) return std::perror("tmpfile"), 1;
  spawn::Options options;
  options.file = self;
  options.args = {fixed ? "--as-fixed" : "--as-broken"};
  options.slots = {spawn::Slot::from(1, ::fileno(file))};
  Result<spawn::Process> child = spawn::start(options);
  if (!child) return std::puts(child.error().message().c_str()), 1;
  const auto end = signals::wait_limited(
      *child, {.span = Milliseconds(fixed ? 50'000 : 2'000), .signal = signals::kKill});
  if (!end) return std::puts(end.error().message().c_str()), 1;
  const int count = whole_lines(file);
  std::fclose(file);
  std::printf("the handler %s\n", fixed ? "sets a flag" : "calls printf()");
  std::printf("  the program: %s\n",
              end->timed_out ? "stands still, and has to be killed" : "ends by itself");
  std::printf("  its lines:   %s\n",
              count == kLines ? "all there, whole and in order" : "not all there");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--help") {
    return std::puts(
               "ch07_handler: prints a million lines while a handler runs 10,000 times a second.\n"
               "usage: ch07_handler           the handler prints too\n"
               "       ch07_handler --fixed   it sets a flag"),
           0;
  }
  if (word.starts_with("--as-")) return print_lines(word == "--as-fixed");
  if (!fill_std_slots()) return 125;
  const Result<std::string> self = self_path();
  return self ? watch(*self, word == "--fixed") : 1;
}
