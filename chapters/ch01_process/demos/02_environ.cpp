// Chapter 1 · environ: variables are read, set and deleted; some names are refused.
//
// Look for: "" is a value, and not the same as not being there. A name with '=' in it would be read
// back as another name. Windows alone takes greeting and GREETING for one variable.
//
// Run: ch01_environ
// Env: GREETING=from the parent
// Run: ch01_environ --odd
// Run: ch01_environ --threads
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "chapters/ch01_process/directory.h"
#include "chapters/ch01_process/environment.h"

using namespace proclab;

static void show(const char* name) {
  const auto value = process::get_variable(name);
  if (!value) {
    std::printf("get %-10s -> error: %s\n", name, value.error().detail.c_str());
  } else {
    std::printf("get %-10s -> %s\n", name, *value ? ('"' + **value + '"').c_str() : "not set");
  }
}

static void set(const char* name, const std::string& value) {
  const auto done = process::set_variable(name, value);
  std::printf("set %-10s -> %s\n", name, done ? "done" : ("error: " + done.error().detail).c_str());
}

static int tour() {
  show("GREETING");
  show("greeting");
  set("GREETING", "hello");
  show("GREETING");
  set("GREETING", "");
  show("GREETING");
  if (!process::unset_variable("GREETING")) return 1;
  std::puts("unset GREETING");
  show("GREETING");
  if (!process::unset_variable("GREETING")) return 1;
  std::puts("unset GREETING  (once more: no error)");
  set("A=B", "C");
  set("", "C");
  set("NUL", std::string("cut\0off", 7));
  return 0;
}

/// The lines that no list of variables shows.
static int odd() {
  if (!process::change_directory("/")) return 1;  // on Windows: keeps the drive's hidden variable
  const auto lines = process::odd_lines();
  if (!lines) return 1;
  std::printf("lines that are no variables: %zu\n", lines->size());
  for (const std::string& line : *lines) std::printf("  %s\n", line.c_str());
  return 0;
}

/// Four threads at once, each with a variable of its own; without a lock one would find the table
/// that another one is just moving.
static int at_once() {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&wrong, name = "CH01_" + std::to_string(i)] {
      for (int round = 0; round < 300; ++round) {
        const std::string value(round, 'v');
        const bool set = process::set_variable(name, value).has_value();
        const auto got = process::get_variable(name);
        const bool listed = process::list_variables().has_value();
        const bool unset = process::unset_variable(name).has_value();
        if (!set || !got || *got != value || !listed || !unset) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("4 threads, 1200 rounds, %d went wrong\n", wrong.load());
  return wrong == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  if (argc == 1) return tour();
  if (std::strcmp(argv[1], "--odd") == 0) return odd();
  if (std::strcmp(argv[1], "--threads") == 0) return at_once();
  std::puts(
      "ch01_environ: variables are read, set and deleted; some names are refused.\n"
      "usage: ch01_environ [--odd | --threads]\n"
      "  --odd      the lines of the block which are no NAME=value\n"
      "  --threads  four threads set, get and unset at once");
  return std::strcmp(argv[1], "--help") == 0 ? 0 : 2;
}
