// tests/ch11 · where a Node.js is. Read child.h.
#include "tests/ch11_channel/child.h"

#include "chapters/ch01_process/environment.h"

namespace proclab::channel {

std::string find_node() {
  const auto named = process::get_variable("PROCLAB_NODE");
  const std::string node = named && *named && !(*named)->empty() ? **named : "node";
  Result<spawn::Process> child = spawn::start(
      {.file = node, .args = {"-e", ""}, .slots = {spawn::Slot::null(1), spawn::Slot::null(2)}});
  if (!child) return {};
  const Result<spawn::ExitStatus> how = child->wait();
  return how && how->success() ? node : std::string{};
}

}  // namespace proclab::channel
