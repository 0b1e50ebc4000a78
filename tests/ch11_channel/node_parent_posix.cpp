// tests/ch11 · the other way round: a Node.js forks a C++ child, and takes it for one of its own.
#include "tests/ch11_channel/child.h"

namespace proclab::channel {
namespace {

class NodeParent : public testing::TestWithParam<const char*> {
 protected:
  /// Runs a script that has `child`, and gives what it prints.
  static std::string run(const std::string& node, const std::string& script) {
    const std::string head =
        "const net = require('net'); const child = require('child_process').fork('module', "
        "['arg'], {"
        " execPath: " +
        quoted(test::program("ch11_echo_child")) + ", serialization: '" + GetParam() +
        "' });"
        "child.on('exit', (code, signal) => console.log('exit', code, signal));"
        "child.on('disconnect', () => console.log('disconnect'));";
    const test::Ran ran = test::run({node, "-e", head + script});
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(ran.code, 0);
    return test::unix_lines(ran.out);
  }
  static std::string quoted(std::string path) {
    for (char& c : path) c = c == '\\' ? '/' : c;
    return "'" + path + "'";
  }
};
INSTANTIATE_TEST_SUITE_P(With, NodeParent, testing::Values("json", "advanced"),
                         [](const auto& one) { return std::string(one.param); });

/// Of run() in a test: an absolute path, since it is not looked for.
std::string node_path() {
  std::string node = find_node();
  if (node.empty() || node.find('/') != std::string::npos) return node;
  return test::unix_lines(test::run({"/usr/bin/env", "sh", "-c", "command -v " + node}).out);
}

#define NEED_NODE_PATH()                                        \
  std::string node = node_path();                               \
  while (!node.empty() && node.back() == '\n') node.pop_back(); \
  if (node.empty()) GTEST_SKIP() << "no Node.js: neither $PROCLAB_NODE nor one on PATH"

TEST_P(NodeParent, HearsAnEchoOfEachMessage) {
  NEED_NODE_PATH();
  EXPECT_EQ(run(node,
                "const all = [{ a: [1, 'ü'] }, 'text', true, 12.5, { cmd: 'NODE_' }];"
                "let n = 0; child.on('message', (m) => { console.log(JSON.stringify(m));"
                "  if (++n === all.length) child.disconnect(); });"
                "all.forEach((m) => child.send(m));"),
            "{\"echo\":{\"a\":[1,\"ü\"]}}\n{\"echo\":\"text\"}\n{\"echo\":true}\n{\"echo\":12.5}\n"
            "{\"echo\":{\"cmd\":\"NODE_\"}}\ndisconnect\nexit 0 null\n");
}

TEST_P(NodeParent, HearsMegabytesAndThousands) {
  NEED_NODE_PATH();
  EXPECT_EQ(
      run(node,
          "const big = 'x'.repeat(5e6); let n = 0;"
          "child.on('message', (m) => { if (n < 5000 && m.echo !== n) console.log('wrong', m);"
          "  if (++n === 5001) { console.log(m.echo === big); child.disconnect(); } });"
          "for (let i = 0; i < 5000; ++i) child.send(i); child.send(big);"),
      "true\ndisconnect\nexit 0 null\n");
}

TEST_P(NodeParent, HasItsServerServed) {
  NEED_NODE_PATH();
  EXPECT_EQ(run(node,
                "const server = net.createServer(() => console.log('not me'));"
                "server.listen(0, '127.0.0.1', () => { const { port } = server.address();"
                "  child.send('server', server); child.send('after');"
                "  child.on('message', (m) => { console.log(JSON.stringify(m));"
                "    if (m.echo === 'after') server.close(() => net.connect(port, '127.0.0.1')"
                "      .on('data', (d) => console.log(String(d) === `hello from ${child.pid}\\n`))"
                "      .on('close', () => child.disconnect())); }); });"),
            "{\"echo\":\"server\"}\n{\"echo\":\"after\"}\ntrue\ndisconnect\nexit 0 null\n");
}

TEST_P(NodeParent, HasItsConnectionsServedAndCounted) {
  NEED_NODE_PATH();
  EXPECT_EQ(
      run(node,
          "const server = net.createServer({ pauseOnConnect: true }, (c) => {"
          "  child.send('socket', c); });"
          "server.listen(0, '127.0.0.1', () => {"
          "  const client = net.connect({ port: server.address().port, host: '127.0.0.1',"
          "    allowHalfOpen: true });"
          "  client.on('data', (d) => { console.log(String(d) === `hello from ${child.pid}\\n`);"
          "    server.getConnections((e, n) => { console.log('connections', n);"
          "      server.close(() => { console.log('closed'); child.disconnect(); });"
          "      console.log('closing'); client.end(); }); }); });"),
      "true\nconnections 1\nclosing\nclosed\ndisconnect\nexit 0 null\n");
}

TEST_P(NodeParent, HasItsUnixSocketsServedToo) {
  NEED_NODE_PATH();
  const std::string path = testing::TempDir() + "ch11_parent_" + std::to_string(process::pid());
  // Node's close() takes the name away, but not a second one. It also leaves the listener to the child alone.
  EXPECT_EQ(
      run(node, "const fs = require('fs'); const path = " + quoted(path) +
                    ";"
                    "const greeted = (name, then) => net.connect(name)"
                    "  .on('data', (d) => console.log(String(d) === `hello from ${child.pid}\\n`))"
                    "  .on('close', then);"
                    "const server = net.createServer({ pauseOnConnect: true }, (c) => {"
                    "  child.send('socket', c); });"
                    "child.on('message', (m) => {"
                    "  if (m.echo !== 'server') return;"
                    "  fs.linkSync(path, path + '+'); server.close();"
                    "  greeted(path + '+', () => child.disconnect()); });"
                    "server.listen(path, () => greeted(path, () => child.send('server', server)));"
                    "process.on('exit', () => fs.unlinkSync(path + '+'));"),
      "true\ntrue\ndisconnect\nexit 0 null\n");
}

TEST_P(NodeParent, ThatIsKilledTakesTheChildAlong) {
  NEED_NODE_PATH();
  // The child has a copy of our pipe's write end as its stdout: run() sees the end of it when both are gone.
  const test::Ran ran = test::run(
      {node, "-e",
       "const child = require('child_process').fork('x', [], { execPath: " +
           quoted(test::program("ch11_echo_child")) +
           " }); child.on('message', () => process.kill(process.pid, 'SIGKILL')); child.send(1);"});
  EXPECT_FALSE(ran.timed_out) << ran.err;
  EXPECT_EQ(ran.err, "");
}

}  // namespace
}  // namespace proclab::channel
