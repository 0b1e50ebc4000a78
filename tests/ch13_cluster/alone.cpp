// tests/ch13 · ch13_worker by itself: no primary, no channel, a port of its own.
#include <gtest/gtest.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch06_sockets/io.h"
#include "tests/ch13_cluster/clients.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::cluster {
namespace {

/// Reads on until `part` has come so many times, or nothing comes any more. All of it.
std::string receive_until(const sockets::Socket& from, const std::string& part, int times) {
  std::string all;
  for (std::size_t at = 0; times > 0;) {
    char room[1024];
    const Result<std::size_t> got =
        sockets::receive(from.get(), room, Deadline::after(Milliseconds(20'000)));
    if (!got || *got == 0) break;
    all.append(room, *got);
    while (times > 0 && (at = all.find(part, at)) != std::string::npos) --times, ++at;
    if (at == std::string::npos) at = all.size() < part.size() ? 0 : all.size() - part.size();
  }
  return all;
}

TEST(WorkerAlone, ServesKeepsConnectionsAndEndsWhenItIsTold) {
  const test::Waiting waiting("ch13_worker alone");
  pipes::Pipe output = std::move(pipes::make_pipe()).value();
  Result<spawn::Process> worker =
      spawn::start({.file = test::program("ch13_worker"),
                    .args = {"--port", "0", "--host", "127.0.0.1"},
                    .slots = {spawn::Slot::null(0), spawn::Slot::from(1, output.write.get()),
                              spawn::Slot::null(2)}});
  ASSERT_TRUE(worker) << worker.error().message();
  output.write.close();
  std::string said;
  char room[256];
  while (!said.ends_with('\n')) {
    const Result<std::size_t> got = pipes::read_some(output.read.get(), room, sizeof room);
    ASSERT_TRUE(got && *got > 0) << said;
    said.append(room, *got);
  }
  const std::string begin = "alone listens on 127.0.0.1:";
  ASSERT_TRUE(said.starts_with(begin)) << said;
  const auto port = static_cast<std::uint16_t>(std::stoul(said.substr(begin.size())));

  const sockets::Socket client = *sockets::connect_tcp({"127.0.0.1", port});
  for (int round = 0; round < 2; ++round) {  // two at once, and once more on the same connection
    ASSERT_TRUE(sockets::send_all(client.get(), std::string(kGetMore) + kGetMore));
    const std::string answers = receive_until(client, "alone pid ", 2);
    EXPECT_TRUE(answers.starts_with("HTTP/1.1 200 ")) << answers;
  }
  ASSERT_TRUE(sockets::send_all(client.get(), "POST / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(receive_until(client, "no more", 1).find("HTTP/1.1 405 ") != std::string::npos)
      << "and the end of the connection";
  ASSERT_TRUE(worker->kill());
  const Result<spawn::ExitStatus> how = worker->wait();
  ASSERT_TRUE(how);
  EXPECT_TRUE(how->success() || kWindows) << how->text();  // there it could not hear of it
}

}  // namespace
}  // namespace proclab::cluster
