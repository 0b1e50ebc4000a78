// Chapter 11 · channel: a C++ parent, and a real Node.js as its child.
//
// Look for: nothing in the script knows that its parent is no Node.js. It calls process.send() and hears 'message'. Each
// line of our stdin is a message to it, each message from it a line of our stdout; what happens besides is told on
// stderr. When stdin has ended and the script has nothing more to say for a second, we disconnect.
//
// Run: ch11_node_parent -e "process.on('message', (m) => { process.send({ got: m }); m === null && process.exit(3) })"
// Stdin: {"from":["C++",11]}\nnull\n
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "chapters/ch01_process/environment.h"
#include "chapters/ch07_signals/names.h"
#include "chapters/ch10_loop/exit.h"
#include "chapters/ch10_loop/timer.h"
#include "chapters/ch11_channel/json.h"
#include "chapters/ch11_channel/start.h"
#include "platform/self.h"
#include "platform/text.h"

namespace {

using namespace proclab;
using namespace proclab::channel;

constexpr const char* kHelp =
    "ch11_node_parent: start a Node.js script with a channel to it\n"
    "usage: ch11_node_parent [--advanced] [--linger SECONDS] SCRIPT [ARGS...]\n"
    "  --advanced        V8's format and not JSON\n"
    "  --linger SECONDS  once stdin has ended, disconnect after so long without a message;\n"
    "                    else 1, and 5 where there has been none yet\n"
    "Node is $PROCLAB_NODE, or else what PATH has.";

struct Settings {
  Options channel;
  std::optional<Milliseconds> linger;
  std::vector<std::string> command;  // SCRIPT [ARGS...]
};

struct Parent {
  loop::Loop& loop;
  Child child;
  std::optional<Milliseconds> linger;
  std::counting_semaphore<> room{1000};  // lines that the thread may have read ahead
  bool input_ended = false, heard = false, over = false;
  std::optional<loop::Timer> quiet, patience;
  std::optional<loop::Exit> exit;
  std::ptrdiff_t unsaid = 0;  // lines that came while the channel asked to pause

  //> start
  void start() {
    child.channel.start({
        .message = [this](const Message& message) { hear(message); },
        .internal = {},
        .drain = [this] { room.release(std::exchange(unsaid, 0)); },
        .disconnect = [this](const std::optional<Error>& why) { disconnected(why); },
        .warning = [](const Error& what) { std::cerr << "warning " << what.message() << '\n'; },
    });
    exit = *loop::Exit::watch(loop, child.process, [this] { exited(); });
  }
  //< start

  void hear(const Message& message) {
    std::string line;
    if (write_json(message.value, line)) std::cout << line << std::endl;
    heard = true;
    if (input_ended) wait_for_quiet();
  }
  void say(const std::string& line) {
    const Result<Value> message = parse_json(line);
    if (!message) std::cerr << "stdin " << message.error().message() << '\n';
    const Result<Flow> sent = message ? child.channel.send(*message) : Flow::go_on;
    if (!sent && !over) std::cerr << "send " << sent.error().message() << '\n';
    sent&&* sent == Flow::pause ? void(++unsaid) : room.release();
  }
  void wait_for_quiet() {
    input_ended = true;
    if (over) return;
    quiet = loop::Timer::once(loop, linger.value_or(Milliseconds(heard ? 1000 : 5000)),
                              [this] { child.channel.disconnect(); });
  }
  void disconnected(const std::optional<Error>& why) {
    std::cerr << "disconnect" << (why ? " " + why->message() : "") << '\n';
    over = true;
    quiet.reset();
    if (patience) tell_exit();
  }
  /// What it said last may still wait in the channel, and the channel's end behind it: first those, then the exit. Unless
  /// a child of its own holds the channel open.
  void exited() {
    if (over) return tell_exit();
    patience = loop::Timer::once(loop, Milliseconds(500), [this] { tell_exit(); });
  }
  void tell_exit() {
    patience.reset();
    const Result<spawn::ExitStatus> how = child.process.wait();
    if (!how) return;
    std::cerr << "exit code=" << (how->signal == 0 ? std::to_string(how->code) : "null")
              << " signal=" << (how->signal == 0 ? "null" : signals::name_of(how->signal)) << '\n';
  }
};

/// Stdin may be a file, a terminal or a pipe of Windows' that no loop can wait for: a thread reads it.
void read_lines(Parent& parent, const loop::Poster& loop) {
  std::string line;
  while (std::getline(std::cin, line)) {
    parent.room.acquire();
    if (!loop.post([&parent, line] { parent.say(line); })) return;
  }
  loop.post([&parent] { parent.wait_for_quiet(); });
}

std::optional<Settings> read_args(std::vector<std::string> args) {
  Settings found;
  std::size_t i = 1;
  for (; i < args.size(); ++i) {
    if (args[i] == "--advanced") {
      found.channel.serialization = Serialization::advanced;
    } else if (args[i] == "--linger") {
      if (++i == args.size()) return std::nullopt;
      const std::optional<double> seconds = to_decimal(args[i]);
      if (!seconds || *seconds > 1e6) return std::nullopt;
      found.linger = Milliseconds(static_cast<std::int64_t>(*seconds * 1000));
    } else {
      break;  // the script, or an option of Node's
    }
  }
  found.command.assign(args.begin() + static_cast<std::ptrdiff_t>(i), args.end());
  if (found.command.empty()) return std::nullopt;
  return found;
}

Result<Child> start_node(loop::Loop& loop, const Settings& settings) {
  const auto node = process::get_variable("PROCLAB_NODE");
  const bool named = node && *node && !(*node)->empty();
  return channel::start(loop, {.file = named ? **node : "node", .args = settings.command},
                        settings.channel);
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() > 1 && args[1] == "--help") return std::puts(kHelp), 0;
  const std::optional<Settings> settings = read_args(args);
  if (!settings) return std::cerr << kHelp << '\n', 2;
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return std::cerr << loop.error().message() << '\n', 1;
  Result<Child> child = start_node(*loop, *settings);
  if (!child) {
    std::cerr << child.error().message() << '\n';
    return child.error().code == std::errc::no_such_file_or_directory ? 77 : 1;  // no Node.js here
  }
  // Never freed: the thread may wait in a read of stdin for ever, and looks at it.
  auto& parent = *new Parent{*loop, std::move(*child), settings->linger};
  parent.start();
  std::thread(read_lines, std::ref(parent), loop->poster()).detach();
  const Result<bool> ran = loop->run();
  std::cout.flush();
  std::_Exit(ran ? 0 : 1);
}
