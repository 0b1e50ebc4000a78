// Chapter 11 · pressure: the other end is slow. Where do the messages wait?
//
// Look for: the first run. Who does not listen to send() fills his own memory, until the limit that he has set; Node's
// process.send() has no limit at all. The second run pauses when it is told to: what waits stays small.
//
// Run: ch11_pressure --deaf
// Run: ch11_pressure
#include <cstdio>
#include <optional>
#include <string>

#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch11_channel/channel.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::channel;

constexpr int kMessages = 5000;
constexpr std::size_t kSize = 10'000, kLimit = std::size_t{16} << 20;

struct Demo {
  loop::Loop& loop;
  Channel sender, receiver;
  bool deaf;
  int sent = 0, heard = 0, pauses = 0;
  std::size_t most = 0;
  std::optional<loop::Timer> later;

  //> send-all
  // UNSAFE when deaf: nothing but the limit bounds what waits.
  void send_all() {
    while (sent < kMessages) {
      const Result<Flow> flow = sender.send(std::string(kSize, 'x'));
      if (!flow) return std::puts(("refused: " + flow.error().message()).c_str()), finish();
      ++sent;
      most = std::max(most, sender.pending());
      if (*flow == Flow::pause && !deaf) {
        ++pauses;
        return;  // and go on at `drain`
      }
    }
    finish();
  }
  //< send-all

  void finish() { sender.disconnect(); }

  void run() {
    sender.start({.drain = [this] { send_all(); }});
    receiver.pause();  // a slow one: it does not even begin before a while has passed
    receiver.start({.message = [this](const Message&) { ++heard; }});
    later = loop::Timer::once(loop, Milliseconds(20), [this] { receiver.resume(); });
    send_all();
  }
};

Options limited() { return {.limit = kLimit}; }

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "ch11_pressure: messages to a slow receiver\n"
               "usage: ch11_pressure          pauses when send() says so\n"
               "       ch11_pressure --deaf   does not"),
           0;
  }
  Result<loop::Loop> loop = loop::Loop::open();
  Result<sockets::Pair> ends = sockets::pair();
  if (!loop || !ends) return 1;
  Result<Channel> sender = Channel::open(*loop, std::move(ends->first), limited());
  Result<Channel> receiver = Channel::open(*loop, std::move(ends->second), limited());
  if (!sender || !receiver) return 1;
  Demo demo{*loop, std::move(*sender), std::move(*receiver), mode == "--deaf", 0, 0, 0, 0, {}};
  demo.run();
  if (!loop->run()) return 1;
  std::printf("all of %d messages were sent: %s\n", kMessages,
              demo.sent == kMessages ? "yes" : "no");
  std::printf("all that were sent were heard: %s\n", demo.heard == demo.sent ? "yes" : "no");
  std::printf("never more than 256 KiB waited: %s\n", demo.most <= 256 << 10 ? "yes" : "no");
  std::printf("never more than the limit waited: %s\n", demo.most <= kLimit ? "yes" : "no");
  std::printf("paused: %s\n", demo.pauses > 0 ? "yes" : "never");
  return 0;
}
