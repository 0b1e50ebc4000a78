// Chapter 9 · rotate: the log is renamed. Where does the next line go?
//
// Look for: "two" goes into the old file. A daemon holds a file, and knows nothing of its name; so
// after the rename it must be told, by SIGHUP, to open the name anew.
//
// Run: ch09_rotate
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "chapters/ch09_daemon/log.h"

using namespace proclab;

static void show(const char* path) {
  std::printf("%s:", path);
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) std::printf(" %s", line.c_str());
  std::puts("");
}

int main(int argc, char**) {
  if (argc > 1) return std::puts("usage: ch09_rotate\nRenames a log under its writer."), 0;
  std::remove("rotate.log");
  //> rotate
  Result<daemon::Log> log = daemon::Log::open("rotate.log");
  if (!log) return std::puts(log.error().message().c_str()), 1;
  (void)log->line("one");
  std::filesystem::rename("rotate.log", "rotate.log.1");
  (void)log->line("two");
  (void)log->reopen();  // what the clock does at SIGHUP
  (void)log->line("three");
  //< rotate
  show("rotate.log.1");
  show("rotate.log");
  std::remove("rotate.log.1");
  return 0;
}
