// Chapter 1 · title on Linux: written over the arguments that execve(2) put on the stack.
#include "chapters/ch01_process/title.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include <sys/prctl.h>

#include "platform/self.h"
#include "platform/text.h"

namespace proclab::process {
namespace {

struct Area {
  std::mutex lock;
  char* start = nullptr;  // argv[0]; the strings lie one behind the other, each with its NUL
  std::size_t size = 0;   // up to and with the last argument's NUL
  std::string title;
};

Area& area() {
  static auto* const the_area = new Area;  // never destroyed: atexit handlers may set a title
  return *the_area;
}

Error no_area(const char* call) {
  return make_error(call, std::errc::no_buffer_space, "call keep_args first in main");
}

}  // namespace

std::vector<std::string> keep_args(int argc, char** argv) {
  std::vector<std::string> args = utf8_args(argc, argv);
  const std::lock_guard guard(area().lock);
  if (argc < 1 || area().start != nullptr) return args;  // execve may pass no argument at all
  area().start = argv[0];
  area().size = argv[argc - 1] + std::strlen(argv[argc - 1]) + 1 - argv[0];
  area().title = argv[0];
  return args;
}

//> set-title
Result<void> set_title(std::string_view text) {
  if (has_nul(text)) return make_error("set_title", std::errc::invalid_argument, "NUL inside");
  Area& room = area();
  const std::lock_guard guard(room.lock);
  if (room.start == nullptr) return no_area("set_title");
  // The last byte stays NUL. The kernel takes another value there as a sign that the title runs on
  // into the environment, which lies right behind and would be shown to everybody.
  const std::size_t shown = std::min(text.size(), room.size - 1);
  std::memcpy(room.start, text.data(), shown);
  std::memset(room.start + shown, '\0', room.size - shown);
  room.title = text.substr(0, shown);
  if (::prctl(PR_SET_NAME, room.title.c_str()) == -1) return last_error("prctl", "PR_SET_NAME");
  return {};
}
//< set-title

Result<std::string> title() {
  const std::lock_guard guard(area().lock);
  if (area().start == nullptr) return no_area("title");
  return area().title;
}

}  // namespace proclab::process
