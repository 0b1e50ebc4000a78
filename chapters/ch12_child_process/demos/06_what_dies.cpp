// Chapter 12 · what dies with a parent, and what does not.
//
// A parent starts a child in one of seven ways, and is killed, so that it can do nothing about it
// any more. Is the child still there? It is asked, on a line that only we hold besides: a pair of
// sockets, or a pipe.
//
// Look for: on POSIX nothing dies *with* a parent. Some children notice, because they read or write
// what was between the two, and end of that. Windows has jobs, and this layer puts its children
// into one, as libuv does.
//
// Run: ch12_what_dies
#include <cstdio>
#include <optional>
#include <string>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "chapters/ch11_channel/start.h"
#include "chapters/ch12_child_process/fork.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::child_process;

constexpr int kLine = 4;  // the slot of the line to us

struct Way {
  const char* name;
  const char* what;
};
constexpr Way kWays[] = {
    {"waits", "waits for us, and has nothing of its parent's"},
    {"writes", "writes to a pipe of its parent's"},
    {"reads", "reads from a pipe of its parent's"},
    {"listens", "forked, has only its channel to wait for"},
    {"serves", "forked, has something else to do as well"},
    {"tree", "whole_tree: a group of its own, or a job"},
    {"detached", "detached"},
};

// ---- the child ----

/// Answers each question, until there is nobody to ask.
int answer(NativeHandle line, bool writes) {
  const Result<Handle> out = sockets::inherited(1);
  char byte = 0;
  for (;;) {
    const Result<std::size_t> got = sockets::receive(line, {&byte, 1});
    if (!got || *got == 0) return 0;
    // To nobody: SIGPIPE has been faster than us, or this is an error, of which any program ends.
    if (writes && !stdio::BlockingWriter(out->get()).write("a line")) return 1;
    if (!sockets::send_all(line, "!")) return 1;
  }
}

int run_a_loop(Handle line, bool serves) {
  Result<loop::Loop> loop = loop::Loop::open();
  Result<std::optional<channel::Channel>> parent = channel::open_from_environment(*loop);
  if (!parent || !*parent) return 1;
  (*parent)->start({});
  Result<loop::Stream> stream = loop::Stream::open(*loop, std::move(line));
  if (!stream) return 1;
  const std::function<void()> read = [&] {
    stream->read([&](const Result<loop::Bytes>& got) {
      if (!got || got->end()) return stream->close();
      stream->write("!");
      read();
    });
  };
  if (serves) read();
  return loop->run() ? 0 : 1;
}

int be_the_child(const std::string& way) {
  Result<Handle> line = sockets::inherited(kLine);
  if (!line || !sockets::send_all(line->get(), ".")) return 1;  // here we are
  if (way == "listens" || way == "serves") return run_a_loop(std::move(*line), way == "serves");
  if (way != "reads") return answer(line->get(), way == "writes");
  while (std::getchar() != EOF) {
  }
  return 0;
}

// ---- the parent ----

//> parent
/// Starts it, and waits for what comes: to be killed.
int be_the_parent(const std::string& way) {
  Result<loop::Loop> loop = loop::Loop::open();
  const Result<Handle> line = sockets::inherited(kLine);
  if (!loop || !line) return 1;
  const auto pipe_if = [&](bool so) { return so ? Stdio::pipe() : Stdio::ignore(); };
  Options options;
  options.stdio = {pipe_if(way == "reads"), pipe_if(way == "writes"), Stdio::ignore(),
                   Stdio::ignore(), Stdio::handle(line->get())};
  options.detached = way == "detached";
  options.whole_tree = way == "tree";
  if (way == "listens" || way == "serves") options.stdio[3] = Stdio::ipc();
  const Result<ChildProcess> child =
      child_process::spawn(*loop, *self_path(), {"--child", way}, options);
  return child && loop->run() ? 0 : 1;
}
//< parent

// ---- and we ----

/// Whether somebody says something; the end of the line is an answer, too.
Result<bool> hear(NativeHandle line) {
  char byte = 0;
  const auto got = sockets::receive(line, {&byte, 1}, Deadline::after(Milliseconds(60'000)));
  if (got) return *got > 0;
  return got.error().code == std::errc::timed_out ? Result<bool>(got.error()) : false;
}

//> is-it-there
Result<bool> lives_on(const std::string& way) {
  Result<sockets::Pair> line = sockets::pair();
  if (!line) return line.error();
  spawn::Options options{.file = *self_path(), .args = {"--parent", way}};
  options.slots = {spawn::Slot::null(0), spawn::Slot::from(kLine, line->second.get())};
  Result<spawn::Process> parent = spawn::start(options);
  if (!parent) return parent.error();
  line->second.close();
  const Result<bool> here = hear(line->first.get());
  (void)parent->kill(spawn::kKill);
  if (const auto gone = parent->wait(); !gone) return gone.error();
  if (!here || !*here) return make_error("child", std::errc::no_such_process, "it never was here");
  for (int i = 0; i < 3; ++i) {
    (void)sockets::send_all(line->first.get(), "?");
    Result<bool> answered = hear(line->first.get());
    if (!answered || !*answered) return answered;
  }
  return true;  // and now we leave, and it ends
}
//< is-it-there

int ask(const Way& way, bool alone) {
  const Result<bool> lives = lives_on(way.name);
  if (!lives) return std::printf("%s: %s\n", way.name, lives.error().message().c_str()), 1;
  const char* word = *lives ? "lives on" : "ends";
  alone ? std::printf("%s\n", word) : std::printf("%-46s %s\n", way.what, word);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "usage: ch12_what_dies        a table\n"
               "       ch12_what_dies WAY    one: waits writes reads listens serves tree detached"),
           0;
  }
  if (mode == "--parent") return be_the_parent(argv[2]);
  if (mode == "--child") return be_the_child(argv[2]);
  int failed = 0;
  for (const Way& way : kWays) {
    if (mode.empty() || mode == way.name) failed |= ask(way, !mode.empty());
  }
  return failed;
}
