// Chapter 6 · benchmark: Python's row. Read python_linux.h first.
//
// A child that we ask over a pair, by this chapter's own calls: it says "COUNT ROUNDS", it times
// itself.
#include "chapters/ch06_sockets/bench/python_linux.h"

#include <cstdlib>
#include <optional>
#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"

namespace proclab::sockets::bench {
namespace {

constexpr char kProgram[] = R"(
import os, socket, time
channel = socket.socket(fileno=3)
a, b = socket.socketpair()
while True:
    asked = channel.recv(64)
    if not asked: break
    count, rounds = map(int, asked.split())
    passed = [0] * count
    begin = time.perf_counter()
    for _ in range(rounds):
        socket.send_fds(a, [b'x'], passed)
        for fd in socket.recv_fds(b, 1, count)[1]: os.close(fd)
    channel.send(repr((time.perf_counter() - begin) / rounds).encode())
)";

/// Runs as long as we do.
struct Python {
  Pair ends;
  std::optional<spawn::Process> process;

  Python() {
    Result<Pair> made = pair();
    if (!made) return;
    ends = std::move(*made);
    Result<spawn::Process> child =
        spawn::start({.file = "python3",
                      .args = {"-c", kProgram},
                      .slots = {spawn::Slot::from(3, ends.second.get())}});
    ends.second.close();
    if (child) process = std::move(*child);
  }
  ~Python() {
    ends.first.close();
    if (process && !process->wait()) process->disown();
  }
};

Python& python() {
  static Python one;
  return one;
}

}  // namespace

bool has_python() { return python().process.has_value(); }

double python_seconds(std::size_t count, int rounds) {
  const NativeHandle end = python().ends.first.get();
  if (!send_all(end, std::to_string(count) + " " + std::to_string(rounds))) return 0;
  char room[64];
  const Result<std::size_t> got = receive(end, {room, sizeof room - 1});
  if (!got) return 0;
  room[*got] = '\0';
  return std::strtod(room, nullptr);
}

}  // namespace proclab::sockets::bench
