// Chapter 13 · clusterctl: asks a running ch13_cluster how it is, or to do something.
//
// Look for: a worker that is killed comes back under another id in the same slot; a reload lets old and new stand
// side by side for a moment.
//
// Run: ch13_clusterctl --help
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/local.h"
#include "chapters/ch11_channel/json.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using channel::Value;

constexpr const char* kHelp =
    "ch13_clusterctl: ask a ch13_cluster that was started with --control PATH\n"
    "usage: ch13_clusterctl PATH [status | reload | stop | scale N | json | watch]\n"
    "  status   a table of the workers (the default)   json    the same as it comes\n"
    "  watch    the table, again each second, until Ctrl-C or the cluster's end";

const Deadline soon() { return Deadline::after(Milliseconds(5'000)); }

/// One line there, one line back.
Result<std::string> ask(const Handle& end, const std::string& line) {
  if (Result<void> sent = sockets::send_all(end.get(), line + "\n", soon()); !sent)
    return sent.error();
  std::string answer;
  char room[4096];
  while (!answer.ends_with('\n')) {
    const Result<std::size_t> got = sockets::receive(end.get(), room, soon());
    if (!got) return got.error();
    if (*got == 0) return make_error("receive", std::errc::connection_aborted, "it has ended");
    answer.append(room, *got);
  }
  answer.pop_back();
  return answer;
}

double number(const Value& in, const char* name, double otherwise = -1) {
  const Value* const member = in.find(name);
  return member != nullptr && member->as_number() != nullptr ? *member->as_number() : otherwise;
}

std::string text(const Value& in, const char* name) {
  const Value* const member = in.find(name);
  return member != nullptr && member->as_string() != nullptr ? *member->as_string() : "-";
}

/// "-" for what is not there.
std::string whole(const Value& in, const char* name, double unit = 1) {
  const double value = number(in, name);
  return value < 0 ? "-" : std::to_string(static_cast<long long>(value / unit));
}

std::string fraction(const Value& in, const char* name) {
  char room[32];
  const double value = number(in, name);
  std::snprintf(room, sizeof room, value < 0 ? "-" : "%.2f", value);
  return room;
}

//> table
std::string table(const Value& status) {
  std::string out = "pid " + whole(status, "pid") + ", " + text(status, "phase") + ", policy " +
                    text(status, "policy") + ", " + whole(status, "target") + " workers wanted, " +
                    whole(status, "ready") + " ready, " + whole(status, "waiting") +
                    " connections waiting\n";
  std::vector<std::vector<std::string>> rows{
      {"slot", "worker", "pid", "state", "connections", "restarts", "up s", "CPU s", "memory KiB"}};
  const Value* const workers = status.find("workers");
  if (workers == nullptr || workers->as_array() == nullptr) return out;
  for (const Value& one : *workers->as_array()) {
    rows.push_back({whole(one, "slot"), whole(one, "id"), whole(one, "pid"), text(one, "state"),
                    whole(one, "connections"), whole(one, "restarts"), whole(one, "uptime"),
                    fraction(one, "cpu"), whole(one, "memory", 1024)});
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::size_t width = 0;
      for (const auto& other : rows) width = std::max(width, other[i].size());
      out += std::string(width - row[i].size() + (i == 0 ? 0 : 2), ' ') + row[i];
    }
    out += '\n';
  }
  return out;
}
//< table

int show(const Handle& end, bool again) {
  for (;;) {
    const Result<std::string> answer = ask(end, "status");
    if (!answer && again) return std::puts("it has ended"), 0;
    if (!answer) return std::cerr << answer.error().message() << '\n', 1;
    const Result<Value> status = channel::parse_json(*answer);
    if (!status) return std::cerr << status.error().message() << '\n', 1;
    if (again) std::fputs("\x1b[H\x1b[2J", stdout);
    std::fputs(table(*status).c_str(), stdout);
    std::fflush(stdout);
    if (!again) return 0;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

int run(const std::vector<std::string>& args) {
  const Result<Handle> end = sockets::connect_local(args[1], sockets::Kind::stream, soon());
  if (!end) return std::cerr << "ch13_clusterctl: " << end.error().message() << '\n', 1;
  const std::string word = args.size() > 2 ? args[2] : "status";
  if (word == "status" || word == "watch") return show(*end, word == "watch");
  std::string line = word == "json" ? "status" : word;
  if (args.size() > 3) line += " " + args[3];
  const Result<std::string> answer = ask(*end, line);
  if (!answer) return std::cerr << "ch13_clusterctl: " << answer.error().message() << '\n', 1;
  std::puts(answer->c_str());
  return answer->find("\"error\"") == std::string::npos ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() == 2 && args[1] == "--help") return std::puts(kHelp), 0;
  if (args.size() < 2 || args.size() > 4) return std::cerr << kHelp << '\n', 2;
  return run(args);
}
