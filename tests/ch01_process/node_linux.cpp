// Tests of chapter 1 · the title of a real Node.js on Linux.
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/support/run.h"

using namespace proclab;

TEST(NodeTitle, IsCutToTheArgumentsAndCommTo15Bytes) {
  // /usr/bin/env searches the PATH: node's argv[0] is then the four bytes "node".
  const auto ran =
      test::run({"/usr/bin/env", "node", "-e",
                 "process.title = 'x'.repeat(9999); const fs = require('fs');"
                 "const cmd = fs.readFileSync('/proc/self/cmdline', 'latin1').replace(/\\0+$/, '');"
                 "const comm = fs.readFileSync('/proc/self/comm', 'latin1').trim();"
                 "process.stdout.write([cmd.length === process.title.length, cmd.length < 9999,"
                 "  comm.length].join(' '))"});
  if (ran.code == 127) {
    if (std::getenv("CI") != nullptr) FAIL() << "CI must have node in its PATH";
    GTEST_SKIP() << "no node in PATH: its title was not compared";
  }
  EXPECT_EQ(ran.out, "true true 15") << ran.err;
}
