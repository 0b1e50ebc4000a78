// tests/ch11 · before all tests, what chapter 10's tests do, and a socket that is passed on.
#pragma once

#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/passing.h"
#include "tests/ch10_loop/warm_up_win32.h"

namespace proclab::channel {

class WarmUp : public loop::WarmUp {
 protected:
  void pass(const sockets::Socket& one) override {
    const Result<std::string> packed = sockets::export_socket(one, process::pid());
    EXPECT_TRUE(packed && sockets::import_socket(*packed));
  }
};

}  // namespace proclab::channel
