// tests/ch06 · peer.h: who is on the other end, on every system.
#include <gtest/gtest.h>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/local.h"
#include "chapters/ch06_sockets/peer.h"
#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

TEST(Peer, OfANamedConnectionBothEndsKnowTheOtherProcess) {
  const Waiting waiting("a client");
  const Folder folder;
  LocalListener listener = *LocalListener::open(folder.name("who"));
  const Result<Handle> client = connect_local(folder.name("who"), Kind::stream, soon());
  ASSERT_TRUE(client) << client.error().message();
  const Result<Handle> served = listener.accept(soon());
  ASSERT_TRUE(served) << served.error().message();
  for (const NativeHandle end : {client->get(), served->get()}) {
    const Result<Peer> who = peer(end);
    ASSERT_TRUE(who) << who.error().message();
    EXPECT_EQ(who->pid, process::pid());
    EXPECT_EQ(who->uid.has_value(), !kWindows);
  }
}

TEST(Peer, OfAPairIsWhoMadeItNotWhoHasIt) {
  const Waiting waiting("a child that has one end");
  PeerProcess child = start_peer({"echo"});
  const Result<Peer> who = peer(child.channel.get());
  ASSERT_TRUE(who) << who.error().message();
  EXPECT_EQ(who->pid, process::pid()) << "not the child's " << child.process.pid();
  child.channel.close();
  EXPECT_TRUE(child.process.wait());
}

TEST(Peer, OfTcpIsNotToBeHad) {
  const Waiting waiting("a TCP connection");
  const Socket listener = *listen_tcp({"127.0.0.1", 0});
  const Result<Socket> client = connect_tcp(*local_address(listener), soon());
  ASSERT_TRUE(client);
  EXPECT_EQ(peer(client->get()).error().code, std::errc::not_supported);
  EXPECT_EQ(peer_process(client->get()).error().code, std::errc::not_supported);
}

TEST(Peer, OfSomethingElseIsAnError) { EXPECT_FALSE(peer(kNoHandle)); }

}  // namespace
}  // namespace proclab::sockets
