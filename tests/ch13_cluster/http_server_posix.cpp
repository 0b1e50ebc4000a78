// tests/ch13 · the HTTP server: how a connection ends.
#include "chapters/ch13_cluster/http_server.h"

#include <string>

#include <fcntl.h>

#include <gtest/gtest.h>

#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/loop.h"
#include "platform/handle.h"
#include "tests/support/deadline.h"

namespace proclab::cluster {
namespace {

/// A server with one connection, whose client is on the same loop.
struct OneClient {
  loop::Loop loop = std::move(loop::Loop::open()).value();
  HttpServer server{loop, [](const Request&) { return std::string("hi"); }};
  sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
  loop::Stream client =
      *loop::Stream::open(loop, *sockets::connect_tcp(*sockets::local_address(listener)));
  sockets::Socket accepted = *sockets::accept_tcp(listener);
  std::string answer;
  bool ended = false;

  /// All of the answer, to its end; then the client says its own.
  void read() {
    client.read([this](const Result<loop::Bytes>& got) {
      ASSERT_TRUE(got) << got.error().message();
      answer += got->data;
      ended = got->end();
      ended ? client.end() : read();
    });
  }
};

TEST(HttpServerTest, SaysTheEndItselfThoughAnotherHasTheSocket) {
  OneClient one;
  // As a primary has it that has not heard yet that its worker took the connection.
  const Handle kept(::fcntl(one.accepted.get(), F_DUPFD_CLOEXEC, 0));
  ASSERT_TRUE(kept);
  ASSERT_TRUE(one.server.serve(std::move(one.accepted)));
  one.client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  one.read();
  const test::Waiting waiting("the end of an answer");
  EXPECT_TRUE(one.loop.run());
  EXPECT_TRUE(one.ended);
  EXPECT_TRUE(one.answer.ends_with("\r\n\r\nhi")) << one.answer;
  EXPECT_EQ(one.server.connections(), 0U);
}

struct Refused {
  const char* name;
  const char* begin;
  const char* status;
};

class HttpServerRefuses : public testing::TestWithParam<Refused> {};

TEST_P(HttpServerRefuses, AndIsHeardByAClientThatTalksOn) {
  OneClient one;
  ASSERT_TRUE(one.server.serve(std::move(one.accepted)));
  bool all_said = false;
  one.client.write(GetParam().begin + std::string(4'000'000, 'x'), [&](const Result<void>& how) {
    all_said = how.has_value();
    one.read();  // a client that says all before it listens
  });
  const test::Waiting waiting("an answer to more than was wanted");
  EXPECT_TRUE(one.loop.run());
  EXPECT_TRUE(all_said);
  EXPECT_TRUE(one.ended);
  EXPECT_TRUE(one.answer.starts_with(GetParam().status)) << one.answer.substr(0, 200);
  EXPECT_EQ(one.server.connections(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    What, HttpServerRefuses,
    testing::Values(Refused{"ABody",
                            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n",
                            "HTTP/1.1 405 "},
                    Refused{"Junk", "", "HTTP/1.1 400 "},
                    Refused{"MoreThanItsLast",
                            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                            "HTTP/1.1 200 "}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace proclab::cluster
