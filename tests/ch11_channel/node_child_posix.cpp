// tests/ch11 · the real thing: a C++ parent, and a Node.js as its child.
#include "chapters/ch06_sockets/local.h"
#include "tests/ch11_channel/child.h"
#include "tests/ch11_channel/none_left_posix.h"
#include "tests/support/run.h"

namespace proclab::channel {
namespace {

class NodeChild : public WithChild, public testing::WithParamInterface<Serialization> {
 protected:
  Options options() const { return {.serialization = GetParam()}; }
  bool json() const { return GetParam() == Serialization::json; }
};
INSTANTIATE_TEST_SUITE_P(With, NodeChild,
                         testing::Values(Serialization::json, Serialization::advanced),
                         [](const auto& one) {
                           return one.param == Serialization::json ? "json" : "advanced";
                         });

constexpr const char* kEcho = "process.on('message', (m) => process.send(m));";

/// All that a connection to `where` brings up to its end.
std::string greeting(sockets::Socket client) {
  std::string all;
  char room[256];
  const Deadline soon = Deadline::after(Milliseconds(10'000));
  for (;;) {
    const Result<std::size_t> got = sockets::receive(client.get(), room, soon);
    if (!got) return all + got.error().message();
    if (*got == 0) return all;
    all.append(room, *got);
  }
}

// ---- messages ----

TEST_P(NodeChild, SendsBackWhateverWeSend) {
  NEED_NODE();
  start_node(node, kEcho, options());
  std::vector<Value> all = {
      true,
      0,
      -1.5,
      1e21,
      "",
      "líne\n\u2028\"",
      Array{1, nullptr, Array{}},
      Object{{"a", Object{{"b", 1}}}, {"z", Array{Object{}}}},
      std::string(3 << 20, 'x'),
      Object{{"cmd", "NODE_"}},
  };
  if (!json()) all.emplace_back(Bytes{std::byte{0}, std::byte{255}});
  for (const Value& one : all) ASSERT_TRUE(channel->send(one));
  until("all of them", [&] { return heard.messages.size() == all.size(); });
  EXPECT_EQ(heard.messages, all);
  channel->disconnect();
  run_to_the_end();
  EXPECT_TRUE(ended->success()) << ended->text();
}

TEST(NodeParentDemo, WaitsForWhatIsSaidLateAsLongAsItIsTold) {
  NEED_NODE();
  const char* const late =
      "process.on('message', () => setTimeout(() => process.send('late'), 1200))";
  const std::string program = test::program("ch11_node_parent");
  const test::Ran waits = test::run(
      {program, "--linger", "15", "-e", late + std::string(";setTimeout(process.exit, 2000)")},
      {.input = "1\n"});
  EXPECT_EQ(waits.out, "\"late\"\n");
  const test::Ran goes = test::run({program, "--linger", "0.05", "-e", late}, {.input = "1\n"});
  EXPECT_EQ(goes.out, "");
  EXPECT_EQ(test::run({program, "--linger"}).code, 2);
  EXPECT_EQ(test::run({program, "--linger", "soon", "x.js"}).code, 2);
}

TEST_P(NodeChild, KeepsTenThousandInOrder) {
  NEED_NODE();
  start_node(node, kEcho, options());
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(channel->send(i));
  until("all of them", [&] { return heard.messages.size() == 10'000; });
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(heard.messages[static_cast<std::size_t>(i)], Value(i));
  }
}

TEST_P(NodeChild, FindsItsEnvironmentClean) {
  NEED_NODE();
  start_node(node,
             "process.send([process.env.NODE_CHANNEL_FD === undefined,"
             "process.env.NODE_CHANNEL_SERIALIZATION_MODE === undefined, process.connected])",
             options());
  until("three facts", [&] { return !heard.messages.empty(); });
  EXPECT_EQ(heard.messages[0], Value(Array{true, true, true}));
}

TEST_P(NodeChild, HasInternalMessagesApart) {
  NEED_NODE();
  start_node(node,
             "process.on('message', (m) => process.send(['user', m]));"
             "process.on('internalMessage', (m) => process.send(['internal', m]));"
             "process.send({ cmd: 'NODE_TEST', n: 1 });",
             options());
  const Value ours = Object{{"cmd", "NODE_OURS"}};
  ASSERT_TRUE(channel->send(ours));
  ASSERT_TRUE(channel->send(1));
  until("all of them", [&] { return heard.messages.size() == 2 && heard.internal.size() == 1; });
  EXPECT_EQ(heard.messages[0], Value(Array{"internal", ours}));
  EXPECT_EQ(heard.messages[1], Value(Array{"user", 1}));
  EXPECT_EQ(heard.internal[0], Value(Object{{"cmd", "NODE_TEST"}, {"n", 1}}));
}

// ---- ends ----

TEST_P(NodeChild, DisconnectsOrIsDisconnected) {
  NEED_NODE();
  start_node(node,
             "process.send('bye'); process.disconnect(); setTimeout(() => process.exit(7), 1)",
             options());
  run_to_the_end();
  EXPECT_EQ(heard.messages, std::vector<Value>{"bye"});
  EXPECT_FALSE(heard.why) << heard.why->message();
  EXPECT_EQ(ended->code, 7U);

  start_node(node,
             "process.on('message', () => {}); process.on('disconnect', () => process.exit(9))",
             options());
  ASSERT_TRUE(channel->send(1));
  channel->disconnect();
  run_to_the_end();
  EXPECT_EQ(ended->code, 9U);
}

TEST_P(NodeChild, KilledInTheMiddleOfAMessageIsNamed) {
  NEED_NODE();
  // What is torn is written past Node's own framing: as if it had died within its write.
  start_node(node,
             "require('fs').writeSync(3, Buffer.from([0, 0, 0, 9, 34]));"
             "process.kill(process.pid, 'SIGKILL')",
             options());
  run_to_the_end();
  ASSERT_TRUE(heard.why);
  EXPECT_EQ(heard.why->code, std::errc::bad_message) << heard.why->message();
  EXPECT_EQ(ended->signal, spawn::kKill);
}

// ---- sockets ----

TEST_P(NodeChild, ServesAServerOfOurs) {
  NEED_NODE();
  start_node(node,
             "process.on('message', (m, server) => {"
             "  server.on('connection', (c) => c.end('hello from node'));"
             "  process.send(m + ' ' + server.constructor.name); });",
             options());
  auto ours = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  const sockets::TcpAddress where = *sockets::local_address(*ours);
  ASSERT_TRUE(channel->send("take", {Kind::server, std::move(ours)}));
  until("an answer", [&] { return !heard.messages.empty(); });
  EXPECT_EQ(heard.messages[0], Value("take Server"));
  EXPECT_EQ(greeting(*sockets::connect_tcp(where)), "hello from node");
}

TEST_P(NodeChild, TakesAConnectionOver) {
  NEED_NODE();
  start_node(node, "process.on('message', (m, socket) => socket.end('hello, ' + m));", options());
  const sockets::Socket door = *sockets::listen_tcp({"127.0.0.1", 0});
  for (const char* const who : {"first", "second", "third"}) {
    sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(door));
    auto server = std::make_shared<const sockets::Socket>(*sockets::accept_tcp(door));
    ASSERT_TRUE(channel->send(who, {Kind::socket, std::move(server)}));
    until("its confirmation", [&] { return !channel->awaits_handle(); });
    EXPECT_EQ(greeting(std::move(client)), std::string("hello, ") + who);
  }
}

TEST_P(NodeChild, TakesUnixSocketsToo) {
  NEED_NODE();
  start_node(node,
             "process.on('message', (m, h) => m === 'server'"
             "  ? (h.on('connection', (c) => c.end('unix')), process.send(1)) : h.end('unix'));",
             options());
  sockets::Pair ends = std::move(sockets::pair()).value();
  ASSERT_TRUE(channel->send(
      "socket", {Kind::socket, std::make_shared<const sockets::Socket>(ends.first.release())}));
  until("its confirmation", [&] { return !channel->awaits_handle(); });
  EXPECT_EQ(greeting(sockets::Socket(ends.second.release())), "unix");

  const std::string name = testing::TempDir() + "ch11_node_" + std::to_string(process::pid());
  const sockets::LocalListener listener = *sockets::LocalListener::open(name);
  // The listener keeps its own; the child gets a copy of it.
  auto borrowed = std::make_shared<const sockets::Socket>(listener.native());
  ASSERT_TRUE(channel->send("server", {Kind::server, borrowed}));
  until("an answer", [&] { return !heard.messages.empty() && borrowed.use_count() == 1; });
  EXPECT_EQ(greeting(sockets::Socket(sockets::connect_local(name)->release())), "unix");
  (void)const_cast<sockets::Socket&>(*borrowed).release();
}

TEST_P(NodeChild, GivesUsItsServerAndItsConnections) {
  NEED_NODE();
  start_node(node,
             "const net = require('net');"
             "const a = net.createServer().listen(0, '127.0.0.1', () => process.send('server', a,"
             "  () => a.close(() => process.send('ours alone'))));"
             "const b = net.createServer((c) => process.send('socket', c)).listen(0, '127.0.0.1',"
             "  () => net.connect(b.address().port, '127.0.0.1').on('data', (d) => {"
             "    process.send('client got ' + d); "
             "    b.getConnections((e, n) => process.send({ connections: n }));"
             "    b.close(() => process.send('all closed')); }));",
             options());
  until("a server, which it has closed then, and a socket", [&] {
    return heard.handles.size() == 2 && std::ranges::count(heard.messages, Value("ours alone"));
  });
  const bool server_first = heard.handles[0].kind == Kind::server;
  Incoming server = std::move(heard.handles[server_first ? 0 : 1]);
  Incoming connection = std::move(heard.handles[server_first ? 1 : 0]);
  heard.handles.clear();

  const sockets::Socket client = *sockets::connect_tcp(*sockets::local_address(server.socket));
  EXPECT_TRUE(sockets::accept_tcp(server.socket, Deadline::after(Milliseconds(10'000))));
  ASSERT_TRUE(connection.counted);
  ASSERT_TRUE(sockets::send_all(connection.socket.get(), "from C++"));
  heard.messages.clear();
  until("a count", [&] { return heard.messages.size() == 2; });
  EXPECT_EQ(heard.messages[0], Value("client got from C++"));
  EXPECT_EQ(heard.messages[1], Value(Object{{"connections", 1}}));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(loop.turn(Deadline::after(Milliseconds(1))));
  EXPECT_EQ(heard.messages.size(), 2U) << "close() waits for us";
  connection = {};
  until("the close", [&] { return heard.messages.size() == 3; });
  EXPECT_EQ(heard.messages[2], Value("all closed"));
}

TEST_P(NodeChild, ThatHasNoNumberLeftGetsItAgain) {
  NEED_NODE();
  spawn::Options program{
      .file = node,
      .args = {"-e",
               "const fs = require('fs'); const taken = [];"
               "const full = () => { try { for (;;) taken.push(fs.openSync('/dev/null')); }"
               "                     catch { process.send('full'); } };"
               "process.on('message', (m, h) => {"
               "  if (m === 'free') { taken.forEach((fd) => fs.closeSync(fd)); taken.length = 0; }"
               "  process.send(h ? m + ' came' : m); });"
               "full();"}};
  program.limits = {{process::Limit::open_files, {100, 100}}};
  start(std::move(program), options());
  until("a full table", [&] { return heard.messages.size() == 1; });
  auto socket = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  std::optional<bool> arrived;
  ASSERT_TRUE(channel->send("lost", {Kind::socket, socket},
                            [&](const Result<void>& how) { arrived = how.has_value(); }));
  until("four tries", [&] { return arrived.has_value(); });
  EXPECT_FALSE(*arrived);
  EXPECT_EQ(heard.warnings.size(), 1U);
  ASSERT_TRUE(channel->send("free"));
  until("room", [&] { return heard.messages.size() == 2; });
  ASSERT_TRUE(channel->send("socket", {Kind::server, socket}));
  until("a socket", [&] { return heard.messages.size() == 3; });
  EXPECT_EQ(heard.messages[1], Value("free"));
  EXPECT_EQ(heard.messages[2], Value("socket came"));
}

TEST_P(NodeChild, SendsAgainWhatWeHadNoNumberFor) {
  NEED_NODE();
  start_node(node,
             "const server = require('net').createServer((c) => process.send('take', c));"
             "server.listen(0, '127.0.0.1', () => process.send(server.address().port));",
             options());
  until("its port", [&] { return !heard.messages.empty(); });
  const auto port = static_cast<std::uint16_t>(*heard.messages[0].as_number());
  const sockets::Socket client = *sockets::connect_tcp({"127.0.0.1", port});
  {
    const NoneLeft none_left;
    until("a socket that is lost", [&] { return !heard.warnings.empty(); });
  }
  EXPECT_TRUE(heard.handles.empty());
  until("the same once more", [&] { return !heard.handles.empty(); });
  EXPECT_EQ(heard.messages.back(), Value("take"));
  EXPECT_EQ(heard.handles[0].kind, Kind::socket);
  ASSERT_TRUE(sockets::send_all(heard.handles[0].socket.get(), "hello"));
  heard.handles.clear();
  char room[8];
  EXPECT_EQ(*sockets::receive(client.get(), room, Deadline::after(Milliseconds(10'000))), 5U);
  channel->disconnect();
}

}  // namespace
}  // namespace proclab::channel
