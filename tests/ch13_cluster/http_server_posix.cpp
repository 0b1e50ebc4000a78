// tests/ch13 · the HTTP server: how a connection ends.
#include "chapters/ch13_cluster/http_server.h"

#include <functional>
#include <string>

#include <fcntl.h>

#include <gtest/gtest.h>

#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/loop.h"
#include "platform/handle.h"
#include "tests/support/deadline.h"

namespace proclab::cluster {
namespace {

TEST(HttpServerTest, SaysTheEndItselfThoughAnotherHasTheSocket) {
  loop::Loop loop = std::move(loop::Loop::open()).value();
  HttpServer server(loop, [](const Request&) { return std::string("hi"); });
  const sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
  sockets::Socket peer = *sockets::connect_tcp(*sockets::local_address(listener));
  sockets::Socket accepted = *sockets::accept_tcp(listener);
  // As a primary has it that has not heard yet that its worker took the connection.
  const Handle kept(::fcntl(accepted.get(), F_DUPFD_CLOEXEC, 0));
  ASSERT_TRUE(kept);
  ASSERT_TRUE(server.serve(std::move(accepted)));
  loop::Stream client = *loop::Stream::open(loop, std::move(peer));
  client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string answer;
  bool ended = false;
  std::function<void()> read = [&] {
    client.read([&](const Result<loop::Bytes>& got) {
      ASSERT_TRUE(got) << got.error().message();
      answer += got->data;
      ended = got->end();
      if (!ended) read();
    });
  };
  read();
  const test::Waiting waiting("the end of an answer");
  EXPECT_TRUE(loop.run());
  EXPECT_TRUE(ended);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nhi")) << answer;
  EXPECT_EQ(server.connections(), 0U);
}

struct Refused {
  const char* name;
  const char* begin;
  const char* status;
};

class HttpServerRefuses : public testing::TestWithParam<Refused> {};

TEST_P(HttpServerRefuses, AndIsHeardByAClientThatTalksOn) {
  loop::Loop loop = std::move(loop::Loop::open()).value();
  HttpServer server(loop, [](const Request&) { return std::string("hi"); });
  const sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
  loop::Stream client =
      *loop::Stream::open(loop, *sockets::connect_tcp(*sockets::local_address(listener)));
  ASSERT_TRUE(server.serve(*sockets::accept_tcp(listener)));
  std::string answer;
  bool ended = false;
  std::function<void()> read = [&] {
    client.read([&](const Result<loop::Bytes>& got) {
      ASSERT_TRUE(got) << got.error().message();
      answer += got->data;
      ended = got->end();
      if (!ended) return read();
      client.end();
    });
  };
  bool all_said = false;
  client.write(GetParam().begin + std::string(4'000'000, 'x'), [&](const Result<void>& how) {
    all_said = how.has_value();
    read();  // a client that says all before it listens
  });
  const test::Waiting waiting("an answer to more than was wanted");
  EXPECT_TRUE(loop.run());
  EXPECT_TRUE(all_said);
  EXPECT_TRUE(ended);
  EXPECT_TRUE(answer.starts_with(GetParam().status)) << answer.substr(0, 200);
  EXPECT_EQ(server.connections(), 0U);
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
