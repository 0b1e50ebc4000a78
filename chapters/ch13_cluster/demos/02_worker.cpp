// Chapter 13 · worker: a small HTTP/1.1 server that serves alone, under our primary, and under Node's.
//
// Look for: it does not know which. Alone it opens its port; as a worker it asks its primary, and gets connections, or a
// socket to accept from. To a Node.js primary: cluster.setupPrimary({ exec, execArgv … }) or fork with its execPath.
//
// Run: ch13_worker --help
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/signal.h"
#include "chapters/ch13_cluster/http_server.h"
#include "chapters/ch13_cluster/worker.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::cluster;

constexpr const char* kHelp =
    "ch13_worker: a small HTTP server, alone or as a worker of a cluster\n"
    "usage: ch13_worker --port P [--host ADDRESS] [--path FILE] [--most N] [--greedy 1]\n"
    "                   [--compute MICROSECONDS]\n"
    "  --port P      where to listen; 0: any free port, which it prints\n"
    "  --path FILE   a Unix-domain socket instead (as a worker)\n"
    "  --most N      no more than N connections at a time\n"
    "  --greedy 1    where it shares a socket, leave nothing for the others\n"
    "  --compute U   burn U microseconds of CPU for each request\n"
    "Who it is comes with each answer. SIGTERM and SIGINT: finish what is under way, and end.";

struct Settings {
  Place place{.port = -1, .backlog = 0};
  unsigned most = 0, compute = 0, greedy = 0;
};

bool number(const std::string& text, unsigned most, unsigned& to) {
  const auto [end, how] = std::from_chars(text.data(), text.data() + text.size(), to);
  return how == std::errc{} && end == text.data() + text.size() && to <= most;
}

/// Node passes what it likes in front; so only what begins with -- is ours.
std::optional<Settings> read_args(const std::vector<std::string>& args) {
  Settings found;
  for (std::size_t i = 1; i < args.size(); ++i) {
    if (!args[i].starts_with("--")) continue;
    if (i + 1 == args.size()) return std::nullopt;
    const std::string& value = args[i + 1];
    unsigned port = 0;
    if (args[i] == "--port" && number(value, 65535, port))
      found.place.port = static_cast<int>(port);
    else if (args[i] == "--host")
      found.place.address = value;
    else if (args[i] == "--path")
      found.place.address = value, found.place.family = Place::Family::local;
    else if (args[i] == "--most" && number(value, 1'000'000, found.most)) {
    } else if (args[i] == "--greedy" && number(value, 1, found.greedy)) {
    } else if (args[i] == "--compute" && number(value, 10'000'000, found.compute)) {
    } else
      return std::nullopt;
    ++i;
  }
  if (found.place.address && !found.place.is_local() &&
      found.place.address->find(':') != std::string::npos) {
    found.place.family = Place::Family::ipv6;
  }
  if (found.place.port < 0 && !found.place.is_local()) return std::nullopt;
  return found;
}

/// What asks us to end. On Windows that is Ctrl-C alone: nobody can send a SIGTERM that could be heard.
std::vector<int> endings() {
  std::vector<int> found;
  for (const int signal : {signals::kTerminate, signals::kInterrupt}) {
    if (signals::can_listen(signal)) found.push_back(signal);
  }
  return found;
}

class Program {
 public:
  Program(loop::Loop& loop, const Settings& settings, std::unique_ptr<Worker> worker)
      : loop_(loop),
        settings_(settings),
        worker_(std::move(worker)),
        http_(loop, [this](const Request&) { return body(); }) {
    greeting_ = (worker_ ? "worker " + std::to_string(worker_->id()) : std::string("alone")) +
                " pid " + std::to_string(process::pid()) + "\n";
    http_.on_end = [this] { ended_one(); };
  }

  //> start
  Result<void> start() {
    Result<loop::Signals> signals =
        loop::Signals::listen(loop_, endings(), [this](const signals::Event&) {
          worker_ && !leaving_ ? worker_->disconnect() : void(), leave();
        });
    if (!signals) return signals.error();
    signals->unref();
    signals_ = std::move(*signals);
    if (!worker_) return start_alone();
    worker_->start({.leaving = [this] { leave(); },
                    .disconnect = [this](bool wanted) { wanted ? leave() : std::_Exit(0); }});
    Service service;
    service.listening = [this](const Result<sockets::TcpAddress>& where) { listening(where); };
    service.has_room = [this] { return has_room(); };
    if (settings_.greedy == 0) service.open = [this] { return http_.connections(); };
    service.connection = [this](sockets::Socket client) { serve(std::move(client)); };
    worker_->listen(settings_.place, std::move(service));
    return {};
  }
  //< start
  [[nodiscard]] int code() const { return code_; }

 private:
  Result<void> start_alone() {
    Result<sockets::Socket> socket = sockets::listen_tcp(
        {settings_.place.address.value_or(""), static_cast<std::uint16_t>(settings_.place.port)});
    if (!socket) return socket.error();
    listening(sockets::local_address(*socket));
    Result<loop::TcpServer> door = loop::TcpServer::open(loop_, std::move(*socket));
    if (!door) return door.error();
    door_ = std::move(*door);
    accept();
    return {};
  }
  void accept() {
    if (asking_ || !door_ || !has_room()) return;
    asking_ = true;
    door_->accept([this](Result<sockets::Socket> client) {
      asking_ = false;
      if (client) serve(std::move(*client));
      accept();
    });
  }
  void listening(const Result<sockets::TcpAddress>& where) {
    if (where) {
      std::cout << greeting_.substr(0, greeting_.find(" pid")) << " listens on "
                << (settings_.place.is_local() ? *settings_.place.address : where->text())
                << std::endl;
      return;
    }
    std::cerr << where.error().message() << std::endl;
    code_ = 1;
    if (worker_) worker_->disconnect();
    leave();
  }
  [[nodiscard]] bool has_room() const {
    return settings_.most == 0 || http_.connections() < settings_.most;
  }
  void serve(sockets::Socket client) { (void)http_.serve(std::move(client)); }
  std::string body() const {
    const auto until = Clock::now() + std::chrono::microseconds(settings_.compute);
    while (settings_.compute > 0 && Clock::now() < until) {
    }
    return greeting_;
  }
  void ended_one() {
    accept();
    if (worker_) worker_->room_again();
  }
  void leave() {
    if (std::exchange(leaving_, true)) return;
    door_.reset();
    http_.finish();
  }

  loop::Loop& loop_;
  Settings settings_;
  std::unique_ptr<Worker> worker_;
  HttpServer http_;
  std::string greeting_;
  std::optional<loop::Signals> signals_;
  std::optional<loop::TcpServer> door_;
  bool asking_ = false, leaving_ = false;
  int code_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() == 2 && args[1] == "--help") return std::puts(kHelp), 0;
  const std::optional<Settings> settings = read_args(args);
  if (!settings) return std::cerr << kHelp << '\n', 2;
  Result<loop::Loop> loop = loop::Loop::open();
  if (!loop) return std::cerr << loop.error().message() << '\n', 1;
  Result<std::unique_ptr<Worker>> worker = Worker::open_from_environment(*loop);
  if (!worker) return std::cerr << worker.error().message() << '\n', 1;
  Program program(*loop, *settings, std::move(*worker));
  if (Result<void> started = program.start(); !started)
    return std::cerr << started.error().message() << '\n', 1;
  return loop->run() ? program.code() : 1;
}
