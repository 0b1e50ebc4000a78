// tests/ch10 · servers: each client once, and none that nobody asked for.
#include "chapters/ch10_loop/accept.h"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "chapters/ch10_loop/timer.h"
#include "tests/ch10_loop/each_backend.h"
#include "tests/ch10_loop/local_name.h"

namespace proclab::loop {
namespace {

class Servers : public EachBackend {
 protected:
  TcpServer tcp() { return *TcpServer::open(loop, *sockets::listen_tcp({"127.0.0.1", 0})); }
};
INSTANTIATE_TEST_SUITE_P(By, Servers, testing::ValuesIn(backends()), backend_name);

TEST_P(Servers, GiveEachTcpClientOnce) {
  TcpServer server = tcp();
  const sockets::TcpAddress at = *sockets::local_address(server.listener());
  constexpr std::size_t kMany = 20;
  std::vector<sockets::Socket> clients;
  std::vector<std::unique_ptr<Stream>> served;
  std::function<void()> next = [&] {
    server.accept([&](Result<sockets::Socket> client) {
      ASSERT_TRUE(client) << client.error().message();
      served.push_back(std::make_unique<Stream>(*Stream::open(loop, std::move(*client))));
      served.back()->write("hello " + std::to_string(served.size()));
      if (served.size() < kMany) next();
    });
  };
  next();
  std::vector<Stream> readers;
  readers.reserve(kMany);
  std::size_t heard = 0;
  for (std::size_t i = 0; i < kMany; ++i) {
    readers.push_back(*Stream::open(loop, *sockets::connect_tcp(at)));
    readers.back().read([&](const Result<Bytes>& got) { heard += got && !got->end() ? 1 : 0; });
  }
  run("20 clients");
  EXPECT_EQ(served.size(), kMany);
  EXPECT_EQ(heard, kMany);
}

TEST_P(Servers, LocalOnesToo) {
  const LocalName name;
  LocalServer server = *LocalServer::open(loop, *sockets::LocalListener::open(name.text()));
  EXPECT_NE(server.native(), kNoHandle);
  int served = 0;
  std::function<void()> next = [&] {
    server.accept([&](Result<Handle> client) {
      ASSERT_TRUE(client) << client.error().message();
      const auto stream = std::make_shared<Stream>(*Stream::open(loop, std::move(*client)));
      stream->write("hello", [stream](const Result<void>& how) {
        EXPECT_TRUE(how);
        stream->read([stream](const Result<Bytes>& end) {
          EXPECT_TRUE(end && end->end());
          stream->close();
        });
      });
      if (++served < 5) next();
    });
  };
  next();
  const test::Waiting waiting("five local clients");
  for (int i = 0; i < 5; ++i) {
    Result<Handle> client = make_error("connect", std::errc::connection_refused);
    // Windows: a client finds an end only when the server has taken the one before.
    while (!client) {
      client = sockets::connect_local(name.text(), sockets::Kind::stream,
                                      Deadline::after(Milliseconds(0)));
      if (!client) {
        ASSERT_TRUE(loop.turn());
      }
    }
    const auto stream = std::make_shared<Stream>(*Stream::open(loop, std::move(*client)));
    stream->read([stream](const Result<Bytes>& got) {
      EXPECT_TRUE(got && got->data == "hello");
      stream->close();
    });
  }
  ASSERT_TRUE(loop.run());
  EXPECT_EQ(served, 5);
}

TEST_P(Servers, LeaveClientsThatNobodyAskedFor) {
  TcpServer server = tcp();
  server.accept([](const Result<sockets::Socket>&) { FAIL() << "it was cancelled"; });
  EXPECT_TRUE(server.active());
  const test::Waiting waiting("a client");
  ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  server.cancel_accept();
  EXPECT_FALSE(server.active());
  const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(server.listener()));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(0))));
  bool came = false;
  server.accept([&](const Result<sockets::Socket>& one) { came = one.has_value(); });
  ASSERT_TRUE(*loop.run());
  EXPECT_TRUE(came);
}

TEST_P(Servers, MayBeClosedInTheirOwnCallback) {
  auto server = std::make_unique<TcpServer>(tcp());
  const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(server->listener()));
  bool came = false;
  server->accept([&](const Result<sockets::Socket>&) {
    server.reset();
    came = true;
  });
  run("a client");
  EXPECT_TRUE(came);
}

TEST_P(Servers, ThatNobodyReferencesKeepNobody) {
  TcpServer server = tcp();
  server.accept([](const Result<sockets::Socket>&) {});
  server.unref();
  run("nothing");
  EXPECT_TRUE(server.active());
}

}  // namespace
}  // namespace proclab::loop
