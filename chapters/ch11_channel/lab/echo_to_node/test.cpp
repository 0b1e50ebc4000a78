// Chapter 11 · lab · echo_to_node: the judge. It plays Node by the same protocol, and asks the
// kernel how many of its bytes nobody has read. In the last test a real Node has the other end,
// where one is installed: a channel is the same from both its ends, so Node sends and checks, and
// the program stays in its sandbox.
#include <cerrno>

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"
#include "tests/lab/pipes_linux.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// Our end of a channel, as the other process left it.
struct Channel {
  Handle ours, theirs;
  std::string text;
  int number = 3;        ///< what NODE_CHANNEL_FD says
  bool refused = false;  ///< the other end was closed before all was read

  Channel() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1) return;
    ours = Handle(ends[0]), theirs = Handle(ends[1]);
  }
  Program start(Judge& judge, Milliseconds deadline = Milliseconds(5'000)) {
    number = judge.number(4, 9);
    Program program = judge.start({.slots = {spawn::Slot::from(number, theirs.get())},
                                   .env = {{"NODE_CHANNEL_FD", std::to_string(number)}},
                                   .deadline = deadline});
    theirs.close();
    return program;
  }
  void send(const std::string& bytes) {
    if (::send(ours.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == -1) refused = true;
  }
  /// The next whole line. "": none has come when the program sleeps, or has ended.
  std::string line(Program& program) {
    for (bool asleep = false;;) {
      char buffer[65536];
      ssize_t n;
      while ((n = ::recv(ours.get(), buffer, sizeof buffer, MSG_DONTWAIT)) > 0) {
        text.append(buffer, static_cast<std::size_t>(n));
        asleep = false;
      }
      if (const std::size_t end = text.find('\n'); end != std::string::npos) {
        std::string line = text.substr(0, end);
        text.erase(0, end + 1);
        return line;
      }
      if (n == -1 && errno == ECONNRESET) refused = true;  // closed, with bytes in it
      if (asleep || n == 0 || refused) return "";
      program.sleeps_in("");
      asleep = true;
    }
  }
  /// Whether something that we sent was not read: it lies in the socket, or was thrown away with
  /// it.
  [[nodiscard]] bool unread() const {
    int bytes = 0;
    return refused || (::ioctl(ours.get(), SIOCOUTQ, &bytes) == 0 && bytes > 0);
  }
};

std::string echo(const std::string& message) { return "{\"echo\":" + message + "}"; }

Objection answers(Channel& channel, Program& program, const std::string& message) {
  const std::string got = channel.line(program);
  if (got == echo(message)) return {};
  if (got.empty() && channel.unread()) {
    const std::optional<Call> call = call_of(program.pid());
    const std::string where = program.ended() || !call ? "exit" : call->name;
    return failed("unread", {{"fd", channel.number}, {"call", where}});
  }
  if (got.empty()) return failed("no_answer", {{"message", excerpt(message)}});
  return failed("wrong_answer", {{"message", excerpt(message)}, {"answer", excerpt(got)}});
}

Verdict by_number(Judge& judge) {
  Channel channel;
  Program program = channel.start(judge);
  for (const std::string& message :
       {"\"" + judge.word(9) + "\"", std::to_string(judge.number(1, 999)),
        "{\"a\":[true,null,\"世界\"],\"b\":\"" + judge.word(5) + "\"}"}) {
    channel.send(message + "\n");
    if (Objection bad = answers(channel, program, message)) return *bad;
  }
  return passed();
}

Verdict parts(Judge& judge) {
  Channel channel;
  Program program = channel.start(judge);
  const std::string first = "{\"text\":\"" + judge.word(6) + "世\"}",
                    second = "\"" + judge.word(7) + "\"";
  const std::size_t cut = first.size() - 4;  // inside a character
  channel.send(first.substr(0, cut));
  if (const std::string early = channel.line(program); !early.empty()) {
    return failed("half", {{"bytes", cut}, {"answer", excerpt(early)}});
  }
  channel.send(first.substr(cut) + "\n" + second + "\n" + second + "\n");
  for (const std::string& message : {first, second, second}) {
    if (Objection bad = answers(channel, program, message)) return *bad;
  }
  return passed();
}

Verdict internal(Judge& judge) {
  Channel channel;
  Program program = channel.start(judge);
  const std::string own = "{\"cmd\":\"NODE_" + judge.word(4) + "\",\"seq\":3}";
  channel.send(own + "\n");
  if (const std::string got = channel.line(program); !got.empty()) {
    return failed("answered_internal", {{"message", own}, {"answer", excerpt(got)}});
  }
  for (const char* message :
       {"{\"cmd\":\"NODE_\"}", "{\"cmd\":\"go\"}", "{\"a\":{\"cmd\":\"NODE_X\"}}"}) {
    channel.send(std::string(message) + "\n");
    if (Objection bad = answers(channel, program, message)) {
      if (bad->message == "no_answer") return failed("passed_over", {{"message", message}});
      return *bad;
    }
  }
  return passed();
}

/// What Node runs: it sends, compares what comes with what it sent, and disconnects.
constexpr const char* kScript = R"js(
const sent = [process.argv[1], 17, true, {a: [1, {b: '世界'}]}, 'x'.repeat(100000), {cmd: 'NODE_'}];
let n = 0;
process.on('disconnect', () => console.log(n === sent.length ? 'all' : 'gone ' + n));
process.on('message', m => {
  if (JSON.stringify(m) !== JSON.stringify({echo: sent[n]})) {
    console.log('wrong ' + n + ' ' + JSON.stringify(m).slice(0, 60));
    process.exit(1);
  }
  if (++n === sent.length) process.disconnect();
});
for (const m of sent) process.send(m);
)js";

/// The judge in Node's place.
Verdict played(Judge& judge) {
  Channel channel;
  Program program = channel.start(judge, Milliseconds(3'000));
  const std::string message = "\"" + judge.word(9) + "\"";
  channel.send(message + "\n");
  if (Objection bad = answers(channel, program, message)) return *bad;
  channel.ours.close();
  return ended_well(program.finish()).value_or(passed());
}

Verdict real_node(Judge& judge) {
  Channel channel;
  std::string trouble;
  Pipe said = make_pipe(trouble);
  Result<spawn::Process> node =
      spawn::start({.file = "node",
                    .args = {"-e", kScript, judge.word(9)},
                    .env = {.changes = {{"NODE_CHANNEL_FD", "3"}}},
                    .slots = {spawn::Slot::null(0), spawn::Slot::from(1, said.write.get()),
                              spawn::Slot::null(2), spawn::Slot::from(3, channel.ours.get())}});
  if (!node) return played(judge);  // none is installed here
  channel.ours.close(), said.write.close();
  Program program = channel.start(judge, Milliseconds(10'000));
  set_nonblocking(said.read);
  std::string report;
  for (char buffer[4096];;) {
    const ssize_t n = ::read(said.read.get(), buffer, sizeof buffer);
    if (n > 0) report.append(buffer, static_cast<std::size_t>(n));
    if (n == 0 || report.ends_with('\n') || (n == -1 && errno != EAGAIN)) break;
    pollfd more{said.read.get(), POLLIN, 0};
    // Once the program has ended, Node learns it by the channel: give it the time to say so. Asked once: it may end
    // while we wait.
    const bool ended = program.ended();
    if (n == -1 && ::poll(&more, 1, ended ? 5'000 : 50) == 0 && ended) break;
  }
  (void)node->kill(spawn::kKill);
  (void)node->wait();
  const Ending end = program.finish();
  if (report.starts_with("wrong")) return failed("node_says", {{"report", excerpt(report)}});
  if (Objection bad = ended_well(end)) return *bad;
  return report == "all\n" ? passed() : failed("node_says", {{"report", excerpt(report)}});
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"by_number", by_number},
                     {"parts", parts},
                     {"internal", internal},
                     {"real_node", real_node}});
}
