// Chapter 1 · ending: a process ends in one of many ways; each lets other things still run.
//
// Look for: only `return` destroys main's own objects. exit runs handlers and static destructors in
// the reverse order of their making, and writes out stdio's buffer. _Exit, abort and a signal run
// nothing: the buffered text is lost (under Wine, msvcrt saves it when its DLL is unloaded).
//
// Run: ch01_ending return
// Run: ch01_ending exit
// Run: ch01_ending exit 256
// Run: ch01_ending quick_exit
// Run: ch01_ending _Exit
// Run: ch01_ending abort
// Exit: SIGABRT
// Run: ch01_ending throw
// Exit: SIGABRT
// Run: ch01_ending kill
// Exit: SIGKILL
// Run: ch01_ending exit-in-atexit
// Exit: 7
// Run: ch01_ending exit-in-thread
// Exit: 3
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>

#include "chapters/ch01_process/ending.h"
#include "chapters/ch01_process/limits.h"

using namespace proclab;
using process::say_now;

#if defined(__SANITIZE_THREAD__)
static constexpr bool kThreadSanitizer = true;
#else
static constexpr bool kThreadSanitizer = false;
#endif

struct Speaker {
  const char* last_words;
  ~Speaker() { say_now(last_words); }
};

//> objects
static Speaker global{"static of the file: destroyed\n"};
static thread_local Speaker of_thread{"thread_local of the ending thread: destroyed\n"};

/// A thread's thread_local object is made at the thread's first use of it.
static void use(const Speaker&) {}

static void register_handlers() {
  std::atexit([] { say_now("atexit handler 1\n"); });
  static Speaker local{"static made between the handlers: destroyed\n"};
  std::atexit([] { say_now("atexit handler 2\n"); });
  if (!process::at_quick_exit([] { say_now("at_quick_exit handler 1\n"); })) return;
  if (!process::at_quick_exit([] { say_now("at_quick_exit handler 2\n"); })) return;
}
//< objects

//> endings
static int end(const std::string& how, int code) {
  const Speaker automatic{"automatic object of end(): destroyed\n"};
  if (how == "return") return code;
  if (how == "exit") std::exit(code);
  if (how == "_Exit") std::_Exit(code);
  if (how == "abort") std::abort();
  if (how == "throw") throw std::runtime_error("nobody catches this");
  if (how == "kill") process::kill_self();
  if (how == "quick_exit") {
    const Error none = process::quick_exit(code);
    say_now("there is no quick_exit here: " + none.detail + "\n");
    std::_Exit(0);
  }
  if (how == "exit-in-atexit") {
    std::atexit([] {
      say_now("atexit handler 3 calls exit(7)\n");
      std::exit(7);  // undefined in C, "shall not" in POSIX: seen below is what this library does
    });
    std::exit(5);
  }
  if (how == "exit-in-thread") {
    static std::binary_semaphore gate{0};  // nobody opens it: main is here when the process ends
    std::thread([] {
      use(of_thread);
      say_now("the thread calls exit(3)\n");
      std::exit(3);
    }).detach();
    gate.acquire();
  }
  return 2;
}
//< endings

int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape): one ending is just that
  const std::string how = argc > 1 ? argv[1] : "";
  if (how.empty() || how == "--help") {
    std::puts(
        "ch01_ending: a process ends in one of many ways; each lets other things still run.\n"
        "usage: ch01_ending HOW [CODE]\n"
        "HOW: return exit _Exit quick_exit abort throw kill exit-in-atexit exit-in-thread");
    return how.empty() ? 2 : 0;
  }
  if (kThreadSanitizer && (how == "abort" || how == "throw")) {
    return std::puts("ThreadSanitizer's own abort() writes out stdio's buffer first"), 77;
  }
  (void)process::set_limit(process::Limit::core_size, {0, 0});  // abort shall leave no file behind
  static char buffer[4096];
  std::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  use(of_thread);
  say_now("main: ending by " + how + "\n");
  register_handlers();
  // No newline: some libraries write a line out when it ends, whatever setvbuf said.
  std::fputs("text in stdio's buffer: written", stdout);
  return end(how, argc > 2 ? std::atoi(argv[2]) : 0);
}
