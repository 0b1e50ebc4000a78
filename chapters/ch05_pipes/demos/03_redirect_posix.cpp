// Chapter 5 · redirect: who opens the files of `sort < words >> sorted`? Not sort.
//
// Look for: the file is empty before the program has even been started, and stays empty if it never
// is; that is how `sort f > f` loses f. Two handles on one file write over each other, one handle
// in two slots does not: `> log 2> log` against `> log 2>&1`. A full disk is heard of by the
// program, not by us.
//
// Run: ch05_redirect
#include <cstdio>
#include <cstring>
#include <string>

#include <sys/stat.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch05_pipes/redirect.h"
#include "platform/self.h"

using namespace proclab;
using pipes::Redirect;
using spawn::Slot;

static Handle open_or_say(const std::string& path, Redirect how) {
  Result<Handle> file = pipes::open_file(path, how);
  if (!file) std::printf("%s\n", file.error().message().c_str());
  return file ? std::move(*file) : Handle();
}

/// Runs a shell's line with these slots.
static void run(const char* line, std::vector<Slot> slots) {
  spawn::Options options{.file = "sh", .args = {"-c", line}};
  options.slots = std::move(slots);
  Result<spawn::Process> child = spawn::start(options);
  if (!child) return (void)std::printf("  %s\n", child.error().message().c_str());
  const Result<spawn::ExitStatus> end = child->wait();
  if (end && !end->success()) std::printf("  %s\n", end->text().c_str());
}

static void show(const char* what, const std::string& path) {
  const Handle file = open_or_say(path, Redirect::read);
  std::string text = pipes::read_all(file.get()).value();
  for (char& c : text) c = c == '\n' ? '/' : c;
  std::printf("%-26s %s\n", what, text.empty() ? "(empty)" : text.c_str());
}

//> main
static void demo() {
  {
    const Handle words = *pipes::here_string("pear\napple\n");  // sort <<< text > sorted
    const Handle sorted = open_or_say("sorted", Redirect::truncate);
    run("sort", {Slot::from(0, words.get()), Slot::from(1, sorted.get())});
  }
  show("sort <<< text > sorted", "sorted");
  run("echo zebra", {Slot::from(1, open_or_say("sorted", Redirect::append).get())});
  show("echo zebra >> sorted", "sorted");
  {
    const Handle in = open_or_say("sorted", Redirect::read);
    const Handle out = open_or_say("sorted", Redirect::truncate);  // UNSAFE: the file it will read
    run("sort", {Slot::from(0, in.get()), Slot::from(1, out.get())});
  }
  show("sort < sorted > sorted", "sorted");
  {
    const Handle out = open_or_say("log", Redirect::truncate);  // UNSAFE: two positions, both at 0
    const Handle err = open_or_say("log", Redirect::truncate);
    run("echo output; echo err >&2", {Slot::from(1, out.get()), Slot::from(2, err.get())});
  }
  show("> log 2> log", "log");
  {
    const Handle log = open_or_say("log", Redirect::truncate);
    run("echo output; echo err >&2", {Slot::from(1, log.get()), Slot::from(2, log.get())});
  }
  show("> log 2>&1", "log");
  std::puts("> /dev/full");
  const Handle full = open_or_say("/dev/full", Redirect::truncate);
  run("exec cat",
      {Slot::from(0, pipes::here_string("x\n")->get()), Slot::from(1, full.get()), Slot::null(2)});
}
//< main

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch05_redirect\nRedirects programs to and from files."), 0;
  }
  demo();
  return 0;
}
