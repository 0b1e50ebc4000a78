// tests/ch13 · a C++ worker whose primary goes without a word: by a primary that is made by hand, so that nothing but
// the end of the channel can tell the worker.
#include <gtest/gtest.h>

#include "chapters/ch10_loop/exit.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch11_channel/start.h"
#include "chapters/ch13_cluster/protocol.h"
#include "tests/ch13_cluster/clients.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::cluster {
namespace {

class Orphan : public testing::Test {
 protected:
  void start() {
    Result<channel::Child> both =
        channel::start(loop, {.file = test::program("ch13_worker"),
                              .args = {"--port", "0", "--host", "127.0.0.1"},
                              .env = {.changes = {{kIdVariable, "1"}}},
                              .slots = {spawn::Slot::null(1)}});
    ASSERT_TRUE(both) << both.error().message();
    worker.emplace(std::move(both->process));
    primary.emplace(std::move(both->channel));
    channel::Events events;
    events.internal = [this](const channel::Message& message) { hear(*from_value(message.value)); };
    primary->start(std::move(events));
  }
  ~Orphan() override {
    if (!worker || !worker->owes_wait()) return;
    (void)worker->kill(spawn::kKill);
    (void)worker->wait();
  }
  void hear(const Packet& packet) {
    if (std::holds_alternative<QueryServer>(packet.content)) {
      say(ServerAnswer{.error = 0, .key = "K"}, packet.seq);
    } else if (std::holds_alternative<Listening>(packet.content)) {
      const sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
      client = clients.connect(*sockets::local_address(listener));
      auto server = std::make_shared<const sockets::Socket>(*sockets::accept_tcp(listener));
      ASSERT_TRUE(primary->send(to_value({seq++, {}, NewConnection{"K"}}),
                                {channel::Kind::native, std::move(server)}));
    } else if (const auto* answer = std::get_if<Accepted>(&packet.content)) {
      accepted = answer->accepted;
    }
  }
  void say(Content what, std::uint64_t ack) {
    ASSERT_TRUE(primary->send(to_value({seq++, ack, std::move(what)})));
  }
  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom);
    while (!so()) ASSERT_TRUE(*loop.turn(brief()) || so());
  }

  loop::Loop loop = std::move(loop::Loop::open()).value();
  Clients clients{loop};
  std::shared_ptr<Client> client;
  std::optional<spawn::Process> worker;
  std::optional<channel::Channel> primary;
  std::uint64_t seq = 0;
  bool accepted = false;
};

TEST_F(Orphan, EndsAtOnceWhateverItServes) {
  start();
  until("that it has a connection", [&] { return accepted; });
  // A client whose request is still coming: a worker that leaves in good order would wait for it as long as it comes.
  const loop::Timer asking = loop::Timer::every(loop, Milliseconds(50), [&] { client->say("G"); });
  primary->close();
  bool ended = false;
  const Result<loop::Exit> exit = loop::Exit::watch(loop, *worker, [&] { ended = true; });
  ASSERT_TRUE(exit);
  until("its end, though its client would stay", [&] { return ended; });
  const Result<spawn::ExitStatus> how = worker->wait();
  ASSERT_TRUE(how);
  EXPECT_TRUE(how->success()) << how->text();
}

}  // namespace
}  // namespace proclab::cluster
