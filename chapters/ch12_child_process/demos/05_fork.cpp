// Chapter 12 · fork: a child to talk to, in ten lines. It need not be C++.
//
// Look for: nothing here says what the child is written in. With a path and a module it is a
// Node.js, which finds a parent that it takes for its own kind. And when the parent leaves, close
// comes all the same: in Node, a parent that calls disconnect() waits for it in vain.
//
// Run: ch12_fork
#include <cstdio>
#include <optional>
#include <string>

#include "chapters/ch11_channel/json.h"
#include "chapters/ch11_channel/start.h"
#include "chapters/ch12_child_process/fork.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::child_process;

std::string text_of(const channel::Value& value) {
  std::string text;
  return channel::write_json(value, text) ? text : "?";
}

/// Doubles what it hears.
int be_the_child() {
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  Result<std::optional<channel::Channel>> parent = channel::open_from_environment(*loop);
  if (!parent || !*parent) return 1;
  channel::Events events;
  events.message = [&](const channel::Message& message) {
    const double* n = message.value.as_number();
    (void)(*parent)->send(n != nullptr ? channel::Value(*n * 2)
                                       : channel::Value("a number, please"));
  };
  (*parent)->start(std::move(events));
  return loop->run() ? 0 : 1;
}

//> parent
int talk(loop::Loop& loop, const std::string& program, const std::string& module) {
  Result<ChildProcess> child = fork(loop, module, {}, {.exec_path = program});
  if (!child) return std::puts(child.error().message().c_str()), 1;
  int answers = 0;
  child->on().message = [&, held = *child](const channel::Message& message) mutable {
    std::printf("message:    %s\n", text_of(message.value).c_str());
    if (++answers == 2) (void)held.disconnect();
  };
  child->on().error = [](const Error& why) {
    std::printf("error:      %s\n", why.message().c_str());
  };
  child->on().disconnect = [] { std::puts("disconnect"); };
  child->on().close = [](const std::optional<ExitStatus>& how) {
    std::printf("close:      %s\n", how ? how->text().c_str() : "it never ran");
  };
  (void)child->send(21);
  (void)child->send("twenty-one");
  return loop.run() ? 0 : 1;
}
//< parent

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "usage: ch12_fork                  a child of our own kind\n"
               "       ch12_fork PROGRAM MODULE   another: ch12_fork node double.js"),
           0;
  }
  if (mode == "--child") return be_the_child();
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  return argc > 2 ? talk(*loop, argv[1], argv[2]) : talk(*loop, "", "--child");
}
