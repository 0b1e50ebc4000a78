// Chapter 10 · loop: one source has always something. When is the other one's turn?
//
// Look for: the first run. "Read until there is no more" is good advice for one descriptor and bad for two: a
// peer that sends as fast as we read holds us for ever. The loop reads once, and goes on to the next.
//
// Run: ch10_fair --greedy
// Run: ch10_fair
#include <array>
#include <cstdio>
#include <string>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch10_loop/ready.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::loop;

constexpr int kEnough = 1000;
const Deadline kNow = Deadline::after(Milliseconds(0));

/// A peer that answers each byte with a byte.
struct Busy {
  sockets::Pair pair = std::move(sockets::pair()).value();
  int reads = 0;
  Busy() { (void)sockets::send_all(pair.second.get(), "x", kNow); }
  bool read_one() {
    std::array<char, 1> room;
    if (!sockets::receive(pair.first.get(), room, kNow)) return false;
    ++reads;
    return sockets::send_all(pair.second.get(), "x", kNow).has_value();
  }
};

//> greedy
// UNSAFE: nothing bounds how long this takes but the peer.
void greedy(Busy& busy, const bool& quiet_was_served) {
  while (busy.read_one()) {
    if (busy.reads < kEnough) continue;
    std::printf("after %d reads of the busy one, the quiet one was served: %s\n", kEnough,
                quiet_was_served ? "yes" : "no");
    return;  // the demo has seen enough
  }
}
//< greedy

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "ch10_fair: a busy stream and a quiet one\n"
               "usage: ch10_fair            one read a turn\n"
               "       ch10_fair --greedy   read until there is no more"),
           0;
  }
  Result<Loop> loop = Loop::open();
  if (!loop) return std::puts(loop.error().message().c_str()), 1;
  Busy busy;
  sockets::Pair quiet = std::move(sockets::pair()).value();
  (void)sockets::send_all(quiet.second.get(), "x", kNow);
  Ready busy_ready = *Ready::open(*loop, busy.pair.first.get());
  Ready quiet_ready = *Ready::open(*loop, quiet.first.get());
  bool served = false;
  //> fair
  std::function<void(const Result<void>&)> one_read = [&](const Result<void>&) {
    busy.read_one();
    if (!served) busy_ready.wait(one_read);  // the rest is for the next turn
  };
  //< fair
  const auto all_reads = [&](const Result<void>&) { greedy(busy, served); };
  mode == "--greedy" ? busy_ready.wait(all_reads) : busy_ready.wait(one_read);
  quiet_ready.wait([&](const Result<void>&) {
    served = true;
    std::printf("the quiet one is served, in turn %d\n", static_cast<int>(loop->counts().turns));
  });
  return loop->run() ? 0 : 1;
}
