// tests/ch06 · one of everything before all tests: what Winsock, the threads library or Wine opens
// at the first call of a process is no test's leak.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"

namespace proclab::sockets {
namespace {

class WarmUp : public testing::Environment {
  void SetUp() override {
    for (const char* host : {"127.0.0.1", "::1"}) {
      const Result<Socket> listener = listen_tcp({host, 0});
      if (!listener) continue;  // no IPv6
      const Result<Socket> client = connect_tcp(*local_address(*listener), soon());
      EXPECT_TRUE(client && accept_tcp(*listener, soon()));
    }
    PeerProcess peer = start_peer({"echo"});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { (void)pair(); });
    for (std::thread& thread : threads) thread.join();
    peer.channel.close();
    EXPECT_TRUE(peer.process.wait());
  }
};

[[maybe_unused]] const testing::Environment* const kWarmUp =
    testing::AddGlobalTestEnvironment(std::make_unique<WarmUp>().release());

}  // namespace
}  // namespace proclab::sockets
