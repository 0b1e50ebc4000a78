// Chapter 11 · messages: a parent and its child, both in C++, and neither would notice a Node.js in the other's place.
//
// Look for: what can be a message: everything that JSON can say, and not only objects. An object whose `cmd` begins with
// NODE_ goes another way: Node keeps such for itself. The end comes when the parent leaves, and the child has nothing
// to wait for any more.
//
// Run: ch11_messages
// Run: ch11_messages --advanced
#include <cstdio>
#include <optional>
#include <string>

#include "chapters/ch10_loop/exit.h"
#include "chapters/ch11_channel/json.h"
#include "chapters/ch11_channel/start.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::channel;

std::string text_of(const Value& value) {
  std::string text;
  return write_json(value, text) ? text : "?";
}

//> child
/// Says back what it hears, and which way it came.
int child() {
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  Result<std::optional<Channel>> channel = open_from_environment(*loop);
  if (!channel || !*channel) return 1;
  const auto say = [&](const char* way, Value value) {
    (void)(*channel)->send(Object{{"way", way}, {"heard", std::move(value)}});
  };
  Events events;
  events.message = [&](Message message) { say("message", std::move(message.value)); };
  events.internal = [&](Message message) { say("internal", std::move(message.value)); };
  (*channel)->start(std::move(events));
  return loop->run() ? 0 : 1;
}
//< child

//> parent
int parent(Serialization serialization) {
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return 1;
  Result<Child> child =
      start(*loop, {.file = *self_path(), .args = {"--child"}}, {.serialization = serialization});
  if (!child) return std::puts(child.error().message().c_str()), 1;
  const Value all[] = {
      "text",
      12.5,
      true,
      nullptr,
      Array{1, Object{{"deep", "er"}}},
      Bytes{std::byte{1}, std::byte{2}},
      Object{{"cmd", "NODE_SOMETHING"}},
  };
  std::size_t answers = 0;
  Events events;
  events.message = [&](const Message& message) {
    std::puts(text_of(message.value).c_str());
    if (++answers == std::size(all)) child->channel.disconnect();
  };
  events.disconnect = [](const std::optional<Error>& why) {
    std::printf("disconnect: %s\n", why ? why->message().c_str() : "in order");
  };
  child->channel.start(std::move(events));
  for (const Value& one : all) {
    if (!child->channel.send(one)) return 1;
  }
  Result<loop::Exit> exit = loop::Exit::watch(*loop, child->process, [&] {
    std::printf("the child: %s\n", child->process.wait()->text().c_str());
  });
  return exit && loop->run() ? 0 : 1;
}
//< parent

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts("usage: ch11_messages [--advanced]\nA parent, a child, and a channel."), 0;
  }
  if (mode == "--child") return child();
  return parent(mode == "--advanced" ? Serialization::advanced : Serialization::json);
}
