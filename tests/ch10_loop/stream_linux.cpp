// tests/ch10 · streams: what Linux tells about the packets.
#include <linux/tcp.h>  // its tcp_info counts packets; that of netinet/tcp.h does not
#include <netinet/in.h>
#include <sys/socket.h>

#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

class Packets : public EachBackend {};
INSTANTIATE_TEST_SUITE_P(By, Packets, testing::ValuesIn(backends()), backend_name);

unsigned sent_by(NativeHandle socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  EXPECT_EQ(::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
  return info.tcpi_segs_out;
}

TEST_P(Packets, TheLastBytesAndTheEndAreOne) {
  const sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
  Stream client = *Stream::open(loop, *sockets::connect_tcp(*sockets::local_address(listener)));
  Stream server = *Stream::open(loop, *sockets::accept_tcp(listener));
  Collector at_client(client);
  const unsigned before = sent_by(server.native());
  unsigned after = 0;
  server.write("the answer, and that is all");
  server.end([&](const Result<void>& how) {
    EXPECT_TRUE(how);
    after = sent_by(server.native());
  });
  run("an answer and its end");
  EXPECT_EQ(at_client.text, "the answer, and that is all");
  EXPECT_TRUE(at_client.ended);
  EXPECT_EQ(after - before, 1U);
}

}  // namespace
}  // namespace proclab::loop
