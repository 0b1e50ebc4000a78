// Chapter 1 · title: a process renames itself, by writing over its own arguments.
//
// Look for: the title is cut to the room the arguments had, and comm to 15 bytes. The copy of the
// arguments is unharmed; main's own argv is not.
//
// Run: ch01_title "a tea pot" --with-a-lid
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "chapters/ch01_process/title.h"

using namespace proclab;

/// The file with each NUL shown as a dot in the middle of the line; runs of them as one.
static std::string shown(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  for (char c : std::string(std::istreambuf_iterator<char>(file), {})) {
    if (c == '\n') continue;
    if (c != '\0') {
      text += c;
    } else if (!text.ends_with("|")) {
      text += '|';
    }
  }
  return text;
}

static void look(const char* when) {
  std::printf("%s\n", when);
  std::printf("  /proc/self/cmdline  %s\n", shown("/proc/self/cmdline").c_str());
  std::printf("  /proc/self/comm     %s\n", shown("/proc/self/comm").c_str());
}

int main(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "--help") == 0) {
    std::puts(
        "ch01_title: a process renames itself, by writing over its own arguments.\n"
        "usage: ch01_title ARGUMENT...   (they are there to make room)");
    return argc < 2 ? 2 : 0;
  }
  const auto args = process::keep_args(argc, argv);
  const std::string wish =
      "tea-warden: brewing (pot 1 of 3, lid on), then serving it to all who "
      "have been waiting here for so long, in the order in which they came; "
      "then washing up, drying, and putting everything back on its shelf, "
      "as it was before, and as it shall be again tomorrow, at this hour";
  std::puts("each | is a NUL");
  look("before");
  if (auto set = process::set_title("tea-warden: brewing"); !set) {
    return std::puts(set.error().message().c_str()), 1;
  }
  look("after set_title(\"tea-warden: brewing\")");
  if (!process::set_title(wish)) return 1;
  const auto now = process::title();
  std::printf("a title of %zu bytes was %s\n", wish.size(),
              now->size() < wish.size() ? "cut to the arguments' room" : "taken whole");
  std::printf("the kept argument 1: \"%s\"; main's own argv[1] is %s\n", args[1].c_str(),
              args[1] == argv[1] ? "the same" : "overwritten");
}
