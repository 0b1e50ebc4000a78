// Chapter 10 · loop: one thread, and five kinds of events.
//
// Look for: nothing here waits but the last line of main. Each line is printed by a callback, and each
// callback starts what the next one is about: a timer, the bytes of a child, a post from a thread, an end of
// a stream, the end of the child. When nobody is left to wait for, run() returns: no line says stop.
//
// Run: ch10_everything
#include <cstdio>
#include <optional>
#include <string>
#include <thread>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch10_loop/exit.h"
#include "chapters/ch10_loop/stream.h"
#include "chapters/ch10_loop/timer.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::loop;

/// The child: says back what it is told, until there is no more.
int echo() {
  for (int c = std::getchar(); c != EOF; c = std::getchar()) std::putchar(c);
  return 0;
}

struct Program {
  Loop& loop;
  spawn::Process child;
  Stream to_child, from_child;
  std::thread thread;
  std::optional<Hold> until_posted;
  std::optional<Exit> exit;
  std::optional<Timer> timer;

  //> chain
  void begin() {
    timer = Timer::once(loop, Milliseconds(10), [this] {
      std::puts("timer: 10 ms have passed, the child gets a line");
      to_child.write("hello, loop");
      to_child.end();
      read();
    });
  }
  void read() {
    from_child.read([this](const Result<Bytes>& got) {
      if (!got || got->end()) return after_the_end();
      std::printf("bytes: the child says '%.*s'\n", static_cast<int>(got->data.size()),
                  got->data.data());
      until_posted.emplace(loop);  // a thread is nothing that a loop could wait for
      thread = std::thread([this, poster = loop.poster()] {
        int answer = 6 * 7;
        poster.post([this, answer] {
          std::printf("post:  a thread has computed %d\n", answer);
          until_posted.reset();
          read();
        });
      });
    });
  }
  void after_the_end() {
    std::puts("end:   the child has closed its output");
    Result<Exit> watched = Exit::watch(loop, child, [this] {
      std::printf("exit:  the child ended with %s\n", child.wait()->text().c_str());
    });
    if (watched) exit = std::move(*watched);
  }
  //< chain
};

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") return std::puts("ch10_everything: one thread and five kinds of events"), 0;
  if (mode == "--echo") return echo();
  Result<Loop> loop = Loop::open();
  Result<pipes::Pipe> in = pipes::make_pipe(pipes::Async::write);
  Result<pipes::Pipe> out = pipes::make_pipe(pipes::Async::read);
  if (!loop || !in || !out) return 1;
  spawn::Options options;
  options.file = *self_path();
  options.args = {"--echo"};
  options.slots = {spawn::Slot::from(0, in->read.get()), spawn::Slot::from(1, out->write.get())};
  Result<spawn::Process> child = spawn::start(options);
  if (!child) return std::puts(child.error().message().c_str()), 1;
  in->read.close();
  out->write.close();  // or the end of the child's output would be hidden behind our copy
  Program program{*loop,
                  std::move(*child),
                  *Stream::open(*loop, std::move(in->write)),
                  *Stream::open(*loop, std::move(out->read)),
                  {},
                  {},
                  {},
                  {}};
  program.begin();
  const Result<bool> ran = loop->run();
  std::puts("       nothing is left to wait for");
  program.thread.join();
  return ran && *ran ? 0 : 1;
}
