// tests/ch13 · the command, and clients. Read command.h.
#include "tests/ch13_cluster/command.h"

#include <atomic>

#include <unistd.h>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/local.h"
#include "chapters/ch11_channel/json.h"
#include "tests/support/deadline.h"

namespace proclab::cluster {

Command::Command(std::vector<std::string> options, std::vector<std::string> command) {
  static std::atomic<int> count{0};
  path_ =
      testing::TempDir() + "ch13_" + std::to_string(process::pid()) + "_" + std::to_string(++count);
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  EXPECT_TRUE(pipe);
  std::vector<std::string> args = std::move(options);
  args.insert(args.end(), {"--control", path_, "--"});
  args.insert(args.end(), command.begin(), command.end());
  Result<spawn::Process> child =
      spawn::start({.file = test::program("ch13_cluster"),
                    .args = std::move(args),
                    .slots = {spawn::Slot::null(1), spawn::Slot::from(2, pipe->write.get())}});
  EXPECT_TRUE(child) << child.error().message();
  if (child) process_.emplace(std::move(*child));
  output_ = std::move(pipe->read);
}

Command::~Command() {
  if (process_ && process_->owes_wait()) {
    (void)process_->kill(spawn::kKill);
    (void)process_->wait();
  }
  ::unlink(path_.c_str());  // one that was killed could not
}

bool Command::more() {
  char room[4096];
  ssize_t size = 0;
  do {
    size = ::read(output_.get(), room, sizeof room);
  } while (size == -1 && errno == EINTR);
  if (size > 0) said_.append(room, static_cast<std::size_t>(size));
  return size > 0;
}

testing::AssertionResult Command::hear(const std::string& part, int times) {
  const test::Waiting waiting("ch13_cluster to say '" + part + "'", Milliseconds(60'000));
  for (; times > 0; --times) {
    std::size_t at = 0;
    while ((at = said_.find(part, heard_)) == std::string::npos) {
      if (!more()) return testing::AssertionFailure() << "it has ended, and had said\n" << said_;
    }
    heard_ = at + part.size();
  }
  return testing::AssertionSuccess();
}

std::string Command::hear_all() {
  const test::Waiting waiting("the end of ch13_cluster and all its workers");
  while (more()) {
  }
  return said_;
}

channel::Value Command::ask(const std::string& line) {
  const Deadline soon = Deadline::after(Milliseconds(20'000));
  const Result<Handle> end = sockets::connect_local(path_, sockets::Kind::stream, soon);
  if (!end || !sockets::send_all(end->get(), line + "\n", soon)) return {};
  std::string answer;
  char room[4096];
  while (!answer.ends_with('\n')) {
    const Result<std::size_t> got = sockets::receive(end->get(), room, soon);
    if (!got || *got == 0) return {};
    answer.append(room, *got);
  }
  const Result<channel::Value> value = channel::parse_json(answer);
  return value ? *value : channel::Value{};
}

std::vector<Pid> Command::pids(const std::string& state) {
  std::vector<Pid> found;
  const channel::Value status = ask("status");
  const channel::Value* const workers = status.find("workers");
  if (workers == nullptr) return found;
  for (const channel::Value& one : *workers->as_array()) {
    if (*one.find("state")->as_string() == state) {
      found.push_back(static_cast<Pid>(*one.find("pid")->as_number()));
    }
  }
  return found;
}

void Command::until_one_is(const std::string& state) {
  const test::Waiting waiting("a worker that is " + state);
  while (pids(state).empty()) {
  }
}

void Command::signal(int number) { EXPECT_TRUE(process_->kill(number)); }

int Command::end(bool stop) {
  if (stop) signal(spawn::kTerminate);
  const test::Waiting waiting("the end of ch13_cluster");
  const Result<spawn::ExitStatus> how = process_->wait();
  return how && how->signal == 0 ? static_cast<int>(how->code) : -1;
}

// ---- clients ----

Load::Load(std::uint16_t port, int threads) : port_(port) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

void Load::stop() {
  over_ = true;
  for (std::thread& one : threads_) {
    if (one.joinable()) one.join();
  }
}

void Load::run() {
  while (!over_) {
    const Deadline until = Deadline::after(Milliseconds(10'000));
    std::string answer;
    Error error;
    Result<sockets::Socket> client = sockets::connect_tcp({"127.0.0.1", port_}, until);
    Result<void> done =
        client ? sockets::send_all(client->get(),
                                   "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", until)
               : Result<void>(client.error());
    char room[1024];
    while (done) {
      const Result<std::size_t> got = sockets::receive(client->get(), room, until);
      if (!got) done = got.error();
      if (got && *got == 0) break;
      if (got) answer.append(room, *got);
    }
    if (done && answer.starts_with("HTTP/1.1 200 ")) {
      ++served_;
    } else {
      ++(!done && done.error().code == std::errc::timed_out ? hung_ : failed_);
      const std::lock_guard lock(guards_why_);
      why_ += done ? "an answer of " + std::to_string(answer.size()) + " bytes\n"
                   : done.error().message() + "\n";
    }
  }
}

}  // namespace proclab::cluster
