// Chapter 1 · title: a console has a title, a process has none.
//
// Look for: with its output in a file or a pipe and no console around, there is nothing to name.
//
// Run: ch01_title
#include <cstdio>
#include <cstring>

#include "chapters/ch01_process/title.h"

using namespace proclab;

int main(int argc, char** argv) {
  const auto args = process::keep_args(argc, argv);
  if (args.size() > 1) {
    std::puts("ch01_title: a console has a title, a process has none.\nusage: ch01_title");
    return args[1] == "--help" ? 0 : 2;
  }
  const auto set = process::set_title("tea-warden: brewing");
  if (!set) {
    std::printf("set_title: %s\n", set.error().detail.c_str());
    return 0;
  }
  const auto now = process::title();
  std::printf("title now: %s\n", now ? now->c_str() : now.error().message().c_str());
}
