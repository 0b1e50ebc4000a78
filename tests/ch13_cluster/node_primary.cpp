// tests/ch13 · the other way round: our worker under a real Node.js primary.
#include "tests/ch13_cluster/with_primary.h"

namespace proclab::cluster {
namespace {

/// An absolute path: test::run() looks for nothing.
std::string node_path(const std::string& node) {
  if (node.find_first_of("/\\") != std::string::npos) return node;
  const test::Ran found = kWindows ? test::run({R"(C:\Windows\System32\where.exe)", node})
                                   : test::run({"/usr/bin/env", "sh", "-c", "command -v " + node});
  const std::string lines = test::unix_lines(found.out);
  return lines.substr(0, lines.find('\n'));
}

struct Way {
  const char *policy, *serialization;
};
class NodePrimary : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(With, NodePrimary,
                         testing::Values(Way{"rr", "json"}, Way{"rr", "advanced"},
                                         Way{"none", "json"}, Way{"none", "advanced"}),
                         [](const auto& one) {
                           return std::string(one.param.policy) + "_" + one.param.serialization;
                         });

TEST_P(NodePrimary, TakesACppWorkerForOneOfItsOwn) {
  NEED_NODE();
  const test::Ran ran =
      test::run({node_path(node), std::string(PROCLAB_SOURCE) + "/tests/ch13_cluster/primary.js",
                 test::program("ch13_worker"), GetParam().policy, GetParam().serialization});
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.code, 0);
  const std::string served =
      std::string(GetParam().policy) == "rr"
          ? "worker 1\nworker 1\nworker 1\nworker 1\nworker 2\nworker 2\nworker 2\n"
          : "worker\nworker\nworker\nworker\nworker\nworker\nworker 1\n";
  EXPECT_EQ(ran.out,
            "disconnect 1\ndisconnect 2\nexit 1 0  true\nexit 2 0  true\nlistening 1\nlistening 2\n"
            "online 1\nonline 2\n" +
                served);
}

TEST(NodePrimary, ABusyPortIsItsCppWorkersError) {
  NEED_NODE();
  const sockets::Socket taken = *sockets::listen_tcp({"127.0.0.1", 0});
  // rr: Node's primary says so. none: it sends a socket that is bound elsewhere, and the worker has to look.
  for (const char* const policy : {"SCHED_RR", "SCHED_NONE"}) {
    const test::Ran ran =
        test::run({node_path(node), "-e",
                   "const cluster = require('cluster'); process.execPath = process.argv[1];"
                   "cluster.schedulingPolicy = cluster[process.argv[2]];"
                   "cluster.setupPrimary({ exec: 'x', execArgv: [],"
                   "  args: ['--port', process.argv[3], '--host', '127.0.0.1'] });"
                   "cluster.fork().on('listening', () => console.log('listening'))"
                   "  .on('exit', (code) => console.log('exit', code));",
                   test::program("ch13_worker"), policy,
                   std::to_string(sockets::local_address(taken)->port)});
    EXPECT_EQ(test::unix_lines(ran.out), "exit 1\n") << policy;
    EXPECT_TRUE(ran.err.starts_with("listen: ")) << policy << ": " << ran.err;
  }
}

TEST(NodePrimary, ThatIsKilledTakesItsCppWorkersAlong) {
  NEED_NODE();
  // The workers have our pipe as their stderr: run() sees its end when all of them are gone.
  const test::Ran ran =
      test::run({node_path(node), "-e",
                 "const cluster = require('cluster'); process.execPath = process.argv[1];"
                 "cluster.setupPrimary({ exec: 'x', args: ['--port', '0'], execArgv: [] });"
                 "let n = 0; for (let i = 0; i < 2; ++i) cluster.fork().on('listening', () => {"
                 "  if (++n === 2) process.kill(process.pid, 'SIGKILL'); });",
                 test::program("ch13_worker")});
  EXPECT_FALSE(ran.timed_out) << ran.err;
  EXPECT_EQ(ran.err, "");
}

}  // namespace
}  // namespace proclab::cluster
