// Chapter 11 · hostile: the other end is no channel at all. What does ours say, and what is left behind?
//
// Look for: each line names what was wrong, and nothing else happens: no crash, no hang, no descriptor more than before.
// What merely loses a socket is a warning, and the channel lives on; what breaks the row of messages is its end.
//
// Run: ch11_hostile
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch11_channel/channel.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::channel;

constexpr const char* kTake = "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Server\",\"msg\":1}\n";

int open_descriptors() {
  int count = 0;
  for (int fd = 0; fd < 256; ++fd) count += ::fcntl(fd, F_GETFD) != -1 ? 1 : 0;
  return count;
}

void say(const Handle& end, const std::string& bytes) { (void)sockets::send_all(end.get(), bytes); }

void pass(const Handle& end, const std::string& bytes, std::size_t how_often) {
  const sockets::Socket one = *sockets::listen_tcp({"127.0.0.1", 0});
  (void)sockets::send_handles(end.get(), bytes, std::vector<NativeHandle>(how_often, one.get()));
}

//> meet
/// A channel meets a peer that says something, and goes.
void meet(const char* what, const std::function<void(const Handle&)>& peer) {
  const int before = open_descriptors();
  {
    loop::Loop loop = *loop::Loop::open();
    sockets::Pair ends = *sockets::pair();
    Channel channel = *Channel::open(loop, std::move(ends.first), {.limit = 100'000});
    std::printf("%s\n", what);
    Events events;
    events.message = [](const Message& message) {
      std::printf("    a message%s\n", message.handle ? ", with a socket" : "");
    };
    events.warning = [](const Error& what_happened) {
      std::printf("    warning: %s\n", what_happened.message().c_str());
    };
    events.disconnect = [](const std::optional<Error>& why) {
      std::printf("    the end: %s\n", why ? why->message().c_str() : "in order");
    };
    channel.start(std::move(events));
    peer(ends.second);
    for (int i = 0; i < 50; ++i) (void)loop.turn(Deadline::after(Milliseconds(0)));
    char room[256];
    const auto answer = sockets::receive(ends.second.get(), room, Deadline::after(Milliseconds(0)));
    if (answer && *answer > 0) std::printf("    it answers: %.*s", static_cast<int>(*answer), room);
    ends.second.close();
    (void)loop.run();
  }
  if (open_descriptors() != before) std::puts("    LEFT BEHIND: a descriptor");
}
//< meet

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  if (argc > 1 && std::string(argv[1]) == "--help") {
    return std::puts("usage: ch11_hostile\nPeers that are none, and what a channel says of them."),
           0;
  }
  meet("one that dies in the middle", [](const Handle& end) { say(end, "\"good\"\n{\"half\":"); });
  meet("one that talks nonsense", [](const Handle& end) { say(end, "GET / HTTP/1.1\n"); });
  meet("one that never says 'newline'", [](const Handle& end) {
    say(end, std::string(150'000, 'x'));  // the limit is 100,000
  });
  meet("a message without its socket", [](const Handle& end) { say(end, kTake); });
  meet("a socket without a message", [](const Handle& end) { pass(end, "\"plain\"\n", 1); });
  meet("ten sockets for one message", [](const Handle& end) { pass(end, kTake, 10); });
  meet("a socket of a type that nobody knows", [](const Handle& end) {
    pass(end, "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Toaster\",\"msg\":1}\n", 1);
  });
  meet("one that confirms what was never sent",
       [](const Handle& end) { say(end, "{\"cmd\":\"NODE_HANDLE_ACK\"}\n"); });
  return 0;
}
