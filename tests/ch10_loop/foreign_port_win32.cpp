// tests/ch10 · a socket that belongs to another's port, as one that was passed to us does.
#include <memory>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/accept.h"
#include "tests/ch10_loop/each_backend.h"

namespace proclab::loop {
namespace {

/// As another process would get it: a socket of its own number, and the same thing behind it.
sockets::Socket passed(const sockets::Socket& one) {
  return *sockets::import_socket(*sockets::export_socket(one, process::pid()));
}

class ForeignPorts : public testing::Test {
 protected:
  void run(const std::string& for_whom) {
    const test::Waiting waiting(for_whom);
    ASSERT_TRUE(loop.run());
  }
  Loop other = std::move(Loop::open()).value();
  Loop loop = std::move(Loop::open()).value();
};

TEST_F(ForeignPorts, LendUsAListener) {
  TcpServer theirs = *TcpServer::open(other, *sockets::listen_tcp({"127.0.0.1", 0}));
  TcpServer ours = *TcpServer::open(loop, passed(theirs.listener()));
  for (int i = 0; i < 3; ++i) {
    const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(ours.listener()));
    bool came = false;
    ours.accept([&](const Result<sockets::Socket>& one) { came = one.has_value(); });
    run("a client");
    EXPECT_TRUE(came);
  }
  ours.accept([](const Result<sockets::Socket>&) { FAIL() << "closed before anybody came"; });
  (void)loop.turn(Deadline::after(Milliseconds(0)));
  ours.close();
  run("nothing");
}

TEST_F(ForeignPorts, LendUsAConnection) {
  const sockets::Socket door = *sockets::listen_tcp({"127.0.0.1", 0});
  Stream client = *Stream::open(loop, *sockets::connect_tcp(*sockets::local_address(door)));
  sockets::Socket accepted = *sockets::accept_tcp(door);
  sockets::Socket copy = passed(accepted);
  Stream theirs = *Stream::open(other, std::move(accepted));
  Stream ours = *Stream::open(loop, std::move(copy));
  theirs.close();
  Collector at_client(client), at_ours(ours);
  client.write("question");
  client.end();
  ours.write(std::string(1 << 20, 'x'));
  ours.end();
  run("both directions");
  EXPECT_EQ(at_ours.text, "question");
  EXPECT_TRUE(at_ours.ended);
  EXPECT_EQ(at_client.text.size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace proclab::loop
