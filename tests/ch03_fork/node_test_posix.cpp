// tests/ch03 · Node's fork beside ours, on the Node that is installed: it inherits no memory.
#include <cstdlib>
#include <sstream>

#include <unistd.h>

#include "tests/ch03_fork/told.h"
#include "tests/support/run.h"

using namespace proclab;

namespace {

std::string find_node() {
  const char* const folders = std::getenv("PATH");
  std::istringstream path(folders == nullptr ? "" : folders);
  for (std::string folder; std::getline(path, folder, ':');) {
    if (::access((folder + "/node").c_str(), X_OK) == 0) return folder + "/node";
  }
  return {};
}

}  // namespace

TEST(NodeFork, IsAFreshProcessThatInheritsNoMemory) {
  const std::string node = find_node();
  if (node.empty()) GTEST_SKIP() << "no node in PATH";
  const test::Ran ran = test::run({node, PROCLAB_SOURCE "/tests/ch03_fork/node_fork.js"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "global: number here, undefined there\n"
            "module: 42 here, 1 there\n"
            "pid: another\n"
            "parent: this one\n");
}

TEST(NodeFork, WhereAsTheSystemsForkInheritsAll) {
  static int counter = 1;
  counter = 42;
  EXPECT_EQ(test::told([](int out) { ::dprintf(out, "%d", counter); }), "42");
}
