// Chapter 13 · benchmark: how each server is started, and how the load is made. Read ways.h first.
#include "chapters/ch13_cluster/bench/ways.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "chapters/ch01_process/usage.h"
#include "chapters/ch05_pipes/communicate.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch08_reaping/family.h"
#include "platform/self.h"

namespace proclab::cluster::bench {
namespace {

namespace fs = std::filesystem;

bool is_there(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "") + ":/usr/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (fs::exists(folder + "/" + program)) return true;
  }
  return false;
}

std::string beside(const char* program) { return fs::path(*self_path()).parent_path() / program; }

void write_nginx_conf(const std::string& folder, const std::string& port) {
  std::ofstream(folder + "/nginx.conf")
      << "daemon off; worker_processes 2; pid " << folder << "/pid; error_log /dev/null;\n"
      << "events { worker_connections 1024; }\n"
      << "http { access_log off; keepalive_requests 1000000000; server { listen 127.0.0.1:" << port
      << "; location / { default_type text/plain; return 200 \"worker 1 pid 12345\\n\"; } } }\n";
}

//> command
spawn::Options command(const std::string& way, const std::string& port, const std::string& compute,
                       const std::string& folder) {
  const std::string node = PROCLAB_BENCH_PEERS "/cluster.js";
  const std::vector<std::string> ours = {beside("ch13_worker"), "--port",    port,   "--host",
                                         "127.0.0.1",           "--compute", compute};
  const auto cluster = [&](const char* policy, std::vector<std::string> worker) {
    const bool batch = way.ends_with(", batch");
    std::vector<std::string> args{
        "--workers", "2", "--policy", policy, "--sched", batch ? "batch" : "normal", "--"};
    args.insert(args.end(), worker.begin(), worker.end());
    return spawn::Options{.file = beside("ch13_cluster"), .args = args};
  };
  if (way.starts_with("proclab rr, Node workers"))
    return cluster("rr", {"node", node, "worker", port, compute});
  if (way.starts_with("proclab rr")) return cluster("rr", ours);
  if (way.starts_with("proclab none")) return cluster("none", ours);
  if (way == "proclab reuseport") return cluster("reuseport", ours);
  if (way == "Node rr") return {.file = "node", .args = {node, "rr", port, compute}};
  if (way == "Node none") return {.file = "node", .args = {node, "none", port, compute}};
  if (way == "nginx") {
    write_nginx_conf(folder, port);
    return {.file = "/usr/sbin/nginx", .args = {"-c", folder + "/nginx.conf", "-p", folder}};
  }
  return {.file = ours[0], .args = {ours.begin() + 1, ours.end()}};
}
//< command

[[noreturn]] void give_up(const std::string& way, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", way.c_str(), why.c_str());
  std::exit(1);
}

struct Cpu {
  double primary = 0;
  std::vector<double> workers;
};

Cpu cpu_of(Pid primary) {
  Cpu found;
  const auto all = reaping::processes();
  if (!all) return found;
  for (const reaping::Member& one : reaping::below(*all, primary)) {
    const auto usage = process::usage_of(one.pid);
    const double us = usage ? static_cast<double>(usage->cpu.count()) : 0;
    if (one.pid == primary)
      found.primary = us;
    else
      found.workers.push_back(us);
  }
  return found;
}

double number_after(const std::string& text, const std::string& word) {
  const std::size_t at = text.find(word);
  return at == std::string::npos ? 0 : std::atof(text.c_str() + at + word.size());
}

}  // namespace

std::vector<std::string> ways() {
  std::vector<std::string> all{kAlone,         "proclab rr",          "proclab rr, batch",
                               "proclab none", "proclab none, batch", "proclab reuseport"};
  if (is_there("node"))
    all.insert(all.end(), {"proclab rr, Node workers", "proclab rr, Node workers, batch", "Node rr",
                           "Node none"});
  if (is_there("nginx")) all.emplace_back("nginx");
  return all;
}

Server::Server(const std::string& way, unsigned compute) {
  port_ = sockets::local_address(*sockets::listen_tcp({"127.0.0.1", 0}))->port;
  folder_ = fs::temp_directory_path() / ("ch13_bench_" + std::to_string(port_));
  fs::create_directories(folder_);
  spawn::Options program = command(way, std::to_string(port_), std::to_string(compute), folder_);
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  if (!pipe) give_up(way, pipe.error().message());
  program.slots = {spawn::Slot::null(0), spawn::Slot::from(1, pipe->write.get()),
                   spawn::Slot::null(2)};
  program.die_with_parent = true;  // or it would serve on when the benchmark is stopped
  Result<spawn::Process> process = spawn::start(program);
  if (!process) give_up(way, process.error().message());
  process_.emplace(std::move(*process));
  pipe->write.close();
  output_ = std::move(pipe->read);  // stays open: who prints later must not be killed by that
  if (way == "nginx") {
    wait_for_nginx();
  } else {
    wait_for_workers(way, way == kAlone ? 1 : 2);
  }
}

//> ready
/// Each worker prints that it listens, ours and Node's. The second must not come up while the first is measured.
void Server::wait_for_workers(const std::string& way, unsigned workers) {
  std::string said;
  for (std::size_t at = 0; workers > 0; --workers) {
    while ((at = said.find("listens", at)) == std::string::npos) {
      at = said.size() < 7 ? 0 : said.size() - 7;
      char room[256];
      const Result<std::size_t> got = pipes::read_some(output_.get(), room, sizeof room);
      if (!got || *got == 0) give_up(way, "it has ended before it listened: " + said);
      said.append(room, *got);
    }
    at += 7;
  }
}

/// It prints nothing. Its workers are born with the sockets, listening: so they are ready when they are there.
void Server::wait_for_nginx() const {
  const Deadline until = Deadline::after(Milliseconds(20'000));
  while (!sockets::connect_tcp({"127.0.0.1", port_}, until) ||
         cpu_of(process_->pid()).workers.size() < 2) {
    if (until.passed()) give_up("nginx", "it does not come up");
    std::this_thread::sleep_for(Milliseconds(20));
  }
}
//< ready

Server::~Server() {
  (void)process_->kill();
  (void)process_->wait();
  fs::remove_all(folder_);
}

//> load
Server::Figures Server::load(bool keep_alive, double seconds) const {
  const Cpu before = cpu_of(process_->pid());
  std::vector<std::string> args{"-t1", "-c32",
                                "-d" + std::to_string(static_cast<int>(seconds)) + "s"};
  if (!keep_alive) args.insert(args.end(), {"-H", "Connection: close"});
  args.push_back("http://127.0.0.1:" + std::to_string(port_) + "/");
  Result<pipes::PipedChild> wrk = pipes::start_piped({.file = "wrk", .args = args});
  const std::string text = wrk ? pipes::communicate(*wrk, {}).output : "";
  const Cpu after = cpu_of(process_->pid());
  Figures figures;
  figures.per_second = number_after(text, "Requests/sec:");
  const std::size_t errors = text.find("Socket errors:");
  if (errors != std::string::npos) {
    for (const char* const kind : {"connect ", "read ", "write ", "timeout "}) {
      figures.errors += static_cast<unsigned>(number_after(text.substr(errors), kind));
    }
  }
  figures.errors += static_cast<unsigned>(number_after(text, "Non-2xx or 3xx responses:"));
  const std::size_t counted = text.find(" requests in ");  // "  12345 requests in 1.00s"
  const double requests =
      counted == std::string::npos ? 0 : std::atof(text.c_str() + text.rfind('\n', counted) + 1);
  if (requests > 0) figures.primary_us = (after.primary - before.primary) / requests;
  double least = 1e18, sum = 0;
  for (std::size_t i = 0; i < std::min(before.workers.size(), after.workers.size()); ++i) {
    const double one = after.workers[i] - before.workers[i];
    least = std::min(least, one);
    sum += one;
  }
  figures.least_share = sum > 0 ? least / sum : 1;
  return figures;
}
//< load

}  // namespace proclab::cluster::bench
