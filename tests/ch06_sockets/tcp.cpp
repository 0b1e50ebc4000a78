// tests/ch06 · tcp.h: listeners that processes hand on, on every system.
#include <gtest/gtest.h>

#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

bool has_ipv6() { return static_cast<bool>(listen_tcp({"::1", 0})); }

/// Whether a client of `host` gets through to `listener`.
bool reaches(const Socket& listener, const std::string& host) {
  const std::uint16_t port = local_address(listener)->port;
  const Result<Socket> client = connect_tcp({host, port}, soon());
  if (!client) {
    EXPECT_EQ(client.error().code, std::errc::connection_refused) << client.error().message();
    return false;
  }
  const Result<Socket> served = accept_tcp(listener, soon());
  EXPECT_TRUE(served) << served.error().message();
  EXPECT_TRUE(send_all(client->get(), "ping"));
  EXPECT_EQ(next(served->get()), "ping");
  EXPECT_EQ(peer_address(*client)->port, port);
  EXPECT_EQ(peer_address(*served)->port, local_address(*client)->port);
  // A socket for both families sees an IPv4 client as "::ffff:127.0.0.1".
  EXPECT_NE(peer_address(*served)->host.find(host), std::string::npos);
  return true;
}

TEST(Tcp, PortZeroIsAFreeOne) {
  const Waiting waiting("a client over TCP");
  const Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener) << listener.error().message();
  const Result<TcpAddress> at = local_address(*listener);
  ASSERT_TRUE(at);
  EXPECT_EQ(at->host, "127.0.0.1");
  EXPECT_NE(at->port, 0);
  EXPECT_TRUE(reaches(*listener, "127.0.0.1"));
}

TEST(Tcp, AnEmptyHostTakesBothFamilies) {
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 here: " << listen_tcp({"::1", 0}).error().message();
  const Waiting waiting("clients of both families");
  const Result<Socket> listener = listen_tcp({});
  ASSERT_TRUE(listener) << listener.error().message();
  EXPECT_EQ(local_address(*listener)->host, "::");
  EXPECT_TRUE(reaches(*listener, "127.0.0.1"));
  EXPECT_TRUE(reaches(*listener, "::1"));
}

TEST(Tcp, Ipv6OnlyTakesNoIpv4) {
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 here: " << listen_tcp({"::1", 0}).error().message();
  const Waiting waiting("clients of both families");
  const Result<Socket> listener = listen_tcp({"::", 0}, {.ipv6_only = true});
  ASSERT_TRUE(listener) << listener.error().message();
  EXPECT_TRUE(reaches(*listener, "::1"));
  EXPECT_FALSE(reaches(*listener, "127.0.0.1"));
}

TEST(Tcp, ATakenPortIsSaid) {
  const Result<Socket> first = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(first);
  const Result<Socket> second = listen_tcp(*local_address(*first));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::address_in_use) << second.error().message();
  EXPECT_EQ(second.error().detail, local_address(*first)->text());
}

TEST(Tcp, BoundIsNotListeningYet) {
  const Waiting waiting("a socket that begins to listen");
  const Result<Socket> bound = listen_tcp({"127.0.0.1", 0}, {.backlog = 0});
  ASSERT_TRUE(bound) << bound.error().message();
  EXPECT_EQ(connect_tcp(*local_address(*bound), soon()).error().code,
            std::errc::connection_refused);
  ASSERT_TRUE(start_listening(*bound));
  EXPECT_TRUE(reaches(*bound, "127.0.0.1"));
}

TEST(Tcp, AcceptEndsAtItsDeadline) {
  const Waiting waiting("nobody");
  const Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  for (const int span : {0, 1, 20}) {
    EXPECT_EQ(accept_tcp(*listener, Deadline::after(Milliseconds(span))).error().code,
              std::errc::timed_out);
  }
}

TEST(Tcp, HalfClosedItStillListens) {
  const Waiting waiting("an answer after the end of the question");
  const Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  const Result<Socket> client = connect_tcp(*local_address(*listener), soon());
  ASSERT_TRUE(client) << client.error().message();
  const Result<Socket> served = accept_tcp(*listener, soon());
  ASSERT_TRUE(served) << served.error().message();
  ASSERT_TRUE(send_all(client->get(), "question"));
  ASSERT_TRUE(half_close(client->get())) << half_close(client->get()).error().message();
  EXPECT_EQ(rest(served->get()), "question");
  ASSERT_TRUE(send_all(served->get(), "answer"));
  EXPECT_EQ(next(client->get()), "answer");
}

TEST(Tcp, ADeadlineEndsTheWaitForBytes) {
  const Waiting waiting("a silent client");
  const Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  const Result<Socket> client = connect_tcp(*local_address(*listener), soon());
  ASSERT_TRUE(client);
  const Result<Socket> served = accept_tcp(*listener, soon());
  ASSERT_TRUE(served);
  char room[8];
  const auto got = receive(served->get(), room, Deadline::after(Milliseconds(10)));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, std::errc::timed_out);
  ASSERT_TRUE(send_all(client->get(), "late"));
  EXPECT_EQ(next(served->get()), "late");
}

TEST(Tcp, AddressesAsText) {
  EXPECT_EQ((TcpAddress{"127.0.0.1", 80}.text()), "127.0.0.1:80");
  EXPECT_EQ((TcpAddress{"::1", 80}.text()), "[::1]:80");
  EXPECT_EQ((TcpAddress{"", 80}.text()), "[::]:80");
  EXPECT_EQ((TcpAddress{"10.0.0.1", 1}.family()), 4);
  EXPECT_EQ((TcpAddress{"", 1}.family()), 6);
}

TEST(Tcp, ANameIsNoAddress) {
  for (const char* host : {"localhost", "::g", "127.0.0.1 "}) {
    const Result<Socket> listener = listen_tcp({host, 0});
    ASSERT_FALSE(listener) << host;
    EXPECT_EQ(listener.error().code, std::errc::invalid_argument);
    EXPECT_EQ(connect_tcp({host, 1}).error().code, std::errc::invalid_argument);
  }
}

TEST(Tcp, ASocketOfNobodysIsRefused) {
  EXPECT_FALSE(local_address(Socket()));
  EXPECT_FALSE(accept_tcp(Socket(), now()));
  EXPECT_FALSE(start_listening(Socket()));
}

}  // namespace
}  // namespace proclab::sockets
