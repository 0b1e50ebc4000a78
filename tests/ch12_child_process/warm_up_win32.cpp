// tests/ch12 · one of everything before all tests: what Winsock, the threads library or Wine opens
// at the first call of a process is no test's leak; nor is the job that all children are put into,
// which stays for ever.
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch12_child_process/sync.h"
#include "tests/support/run.h"

namespace proclab::child_process {
namespace {

class WarmUp : public testing::Environment {
  void SetUp() override {
    const sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
    const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(listener));
    const sockets::Socket server = *sockets::accept_tcp(listener);
    for (const sockets::Socket* one : {&listener, &server}) {
      const Result<std::string> packed = sockets::export_socket(*one, process::pid());
      EXPECT_TRUE(packed && sockets::import_socket(*packed));
    }
    char room[8];
    EXPECT_TRUE(sockets::send_all(client.get(), "x"));
    EXPECT_TRUE(sockets::half_close(client.get()));
    while (sockets::receive(server.get(), room).value() > 0) {
    }
    EXPECT_TRUE(spawn_sync(test::program("probe"), {"echo", "x"}).success());
    EXPECT_TRUE(exec_file_sync(test::program("probe"), {"echo", "x"}).success());
    // The threads library keeps an event for each thread that ran at the same time as others.
    const loop::Loop loop = *loop::Loop::open();
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([poster = loop.poster()] {
        for (int n = 0; n < 1000; ++n) poster.post([] {});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
};

[[maybe_unused]] const testing::Environment* const kWarmUp =
    testing::AddGlobalTestEnvironment(std::make_unique<WarmUp>().release());

}  // namespace
}  // namespace proclab::child_process
