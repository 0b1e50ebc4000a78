// Tests of chapter 13 · worker: this process is the worker, and the test speaks as its primary.
#include <gtest/gtest.h>

#include <unistd.h>

#include "chapters/ch01_process/environment.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch11_channel/start.h"
#include "chapters/ch13_cluster/protocol.h"
#include "chapters/ch13_cluster/worker.h"
#include "tests/support/deadline.h"

namespace proclab::cluster {
namespace {

class AWorker : public testing::Test {
 protected:
  AWorker() {
    sockets::Pair ends = std::move(sockets::pair()).value();
    (void)process::set_variable(kIdVariable, "1");
    (void)process::set_variable("NODE_CHANNEL_FD", std::to_string(ends.second.release()));
    worker = std::move(Worker::open_from_environment(loop)).value();
    primary.emplace(*channel::Channel::open(loop, std::move(ends.first)));
    channel::Events told;
    told.internal = [this](const channel::Message& message) {
      said.push_back(*from_value(message.value));
    };
    primary->start(std::move(told));
    worker->start({});
  }

  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom);
    while (!so()) ASSERT_TRUE(*loop.turn());
  }
  /// The places that it has asked for, one after another.
  std::vector<Place> asked() {
    std::vector<Place> places;
    for (const Packet& packet : said) {
      if (const auto* query = std::get_if<QueryServer>(&packet.content)) {
        places.push_back(query->place);
      }
    }
    return places;
  }

  loop::Loop loop = *loop::Loop::open();
  std::vector<Packet> said;
  std::optional<channel::Channel> primary;
  std::unique_ptr<Worker> worker;
};

TEST_F(AWorker, NumbersItsServersOfTheSamePlace) {
  const Place any{.address = "127.0.0.1", .port = 0}, other{.address = "127.0.0.1", .port = 1};
  for (const Place& place : {any, any, other, any}) worker->listen(place, {});
  until("four questions", [&] { return asked().size() == 4; });
  EXPECT_EQ(asked()[0].index, 0U);
  EXPECT_EQ(asked()[1].index, 1U);
  EXPECT_EQ(asked()[2].index, 0U);
  EXPECT_EQ(asked()[3].index, 2U);
}

TEST_F(AWorker, ThatWasFullAcceptsAgainWhenItIsToldThatThereIsRoom) {
  std::vector<sockets::Socket> open;
  Service service;
  service.has_room = [&] { return open.empty(); };
  service.connection = [&](sockets::Socket client) { open.push_back(std::move(client)); };
  worker->listen({.address = "127.0.0.1", .port = 0}, std::move(service));
  until("a question", [&] { return asked().size() == 1; });
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  const sockets::TcpAddress where = *sockets::local_address(*socket);
  ASSERT_TRUE(primary->send(
      to_value({.seq = 0, .ack = said.back().seq, .content = ServerAnswer{.key = "any"}}),
      channel::Outgoing{.kind = channel::Kind::native, .socket = socket}));
  const sockets::Socket first = *sockets::connect_tcp(where);
  until("the first client", [&] { return open.size() == 1; });
  const sockets::Socket second = *sockets::connect_tcp(where);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(*loop.turn(Deadline::after(Milliseconds(0))));
  EXPECT_EQ(open.size(), 1U) << "there was no room";
  open.clear();
  worker->room_again();
  until("the second client", [&] { return open.size() == 1; });
}

}  // namespace
}  // namespace proclab::cluster
