// tests/ch10 · one of everything before all tests: what Winsock, the threads library or Wine opens at the
// first call of a process is no test's leak.
#pragma once

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch10_loop/loop.h"

namespace proclab::loop {

/// A connection there and back, and threads that post to a loop. Later chapters' tests add what they use.
class WarmUp : public testing::Environment {
 public:
  void SetUp() override {
    const sockets::Socket listener = *sockets::listen_tcp({"127.0.0.1", 0});
    const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(listener));
    const sockets::Socket server = *sockets::accept_tcp(listener);
    for (const sockets::Socket* one : {&listener, &server}) pass(*one);
    char room[8];
    EXPECT_TRUE(sockets::send_all(client.get(), "x"));
    EXPECT_TRUE(sockets::half_close(client.get()));
    while (sockets::receive(server.get(), room).value() > 0) {
    }
    start_programs();
    // The threads library keeps an event for each thread that ran at the same time as others.
    const Loop loop = *Loop::open();
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([poster = loop.poster()] {
        for (int n = 0; n < 1000; ++n) poster.post([] {});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

 protected:
  /// A listener and a connection, for who passes such on.
  virtual void pass(const sockets::Socket&) {}
  virtual void start_programs() {}
};

}  // namespace proclab::loop
