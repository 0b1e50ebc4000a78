// Chapter 10 · loop: who keeps a loop running, and who does not.
//
// Look for: the same source, referenced and not. unref() says "I do not mind if this never happens": a
// server that only reports statistics, a timer that only tidies up. What is being written keeps the loop
// all the same, or it would be lost.
//
// Run: ch10_ref
#include <cstdio>
#include <optional>
#include <string>

#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/stream.h"
#include "chapters/ch10_loop/timer.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::loop;

/// Gives the loop 100 ms to come to its end.
const char* ends(Loop& loop) {
  Timer patience = Timer::once(loop, Milliseconds(100), [&] { loop.stop(); });
  patience.unref();
  const Result<bool> ran = loop.run();
  // A slow machine may find both this timer and the last of the others due in one turn: so ask again.
  return (ran && *ran) || !*loop.turn(Deadline::after(Milliseconds(0))) ? "ends" : "waits";
}

void line(const char* what, const char* result) { std::printf("%-58s %s\n", what, result); }

//> timers
void timers(Loop& loop) {
  Timer timer = Timer::once(loop, Milliseconds(3'600'000), [] {});
  line("a timer of one hour", ends(loop));
  timer.unref();
  line("the same, unref()", ends(loop));
  timer.ref();
  line("the same, ref() again", ends(loop));
  timer.stop();
  line("the same, stopped", ends(loop));
}
//< timers

void interval(Loop& loop) {
  int ticks = 0;
  Timer every = Timer::every(loop, Milliseconds(1), [&] { ++ticks; });
  every.unref();
  const Timer once = Timer::once(loop, Milliseconds(20), [] {});
  line("an interval, unref(), beside a timer of 20 ms", ends(loop));
  line("  did the interval run meanwhile?", ticks > 0 ? "yes" : "no");
}

void streams(Loop& loop) {
  sockets::Pair pair = std::move(sockets::pair()).value();
  Stream one = *Stream::open(loop, std::move(pair.first));
  Stream other = *Stream::open(loop, std::move(pair.second));
  line("an open stream that nobody reads from", ends(loop));
  one.read([](const Result<Bytes>&) {});
  line("a read that was asked for", ends(loop));
  one.unref();
  line("the same, unref()", ends(loop));
  bool done = false;
  one.write("not to be lost", [&](const Result<void>& how) { done = how.has_value(); });
  line("a write, on a stream with unref()", ends(loop));
  line("  is it written?", done ? "yes" : "no");
}

void servers(Loop& loop) {
  Result<sockets::Socket> listener = sockets::listen_tcp({"127.0.0.1", 0});
  if (!listener) return;
  TcpServer server = *TcpServer::open(loop, std::move(*listener));
  server.accept([](const Result<sockets::Socket>&) {});
  line("a server that waits for a client", ends(loop));
  server.unref();
  line("the same, unref()", ends(loop));
}

void others(Loop& loop) {
  line("nothing at all", ends(loop));
  bool ran = false;
  loop.post([&] { ran = true; });
  line("a post", ends(loop));
  line("  has it run?", ran ? "yes" : "no");
  const Hold hold(loop);
  line("a Hold", ends(loop));
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  if (argc > 1 && std::string(argv[1]) == "--help") {
    return std::puts("ch10_ref: who keeps a loop running"), 0;
  }
  for (auto* scene : {others, timers, interval, streams, servers}) {
    Result<Loop> loop = Loop::open();
    if (!loop) return std::puts(loop.error().message().c_str()), 1;
    scene(*loop);
  }
}
