// Chapter 14 · limits: whom does a limit count?
//
// Look for: most are for one process; so is RLIMIT_AS, and sixteen have it sixteen times. RLIMIT_NPROC is for a
// user, and for root it is none. A control group counts the tree together, whoever runs it.
//
// Run: ch14_limits
#include <cstdio>
#include <string>
#include <string_view>

#include <unistd.h>

#include "chapters/ch14_warden/warden.h"
#include "platform/self.h"

using namespace proclab;

namespace {

constexpr std::uint64_t kMib = std::uint64_t{1} << 20;
constexpr unsigned kNobodyElse = 61'299;  // a user that runs nothing else

warden::Options hostile(std::vector<std::string> words, bool cgroup) {
  const Result<std::string> self = self_path();
  warden::Options options;
  options.command.file = self ? self->substr(0, self->rfind('/')) + "/ch14_hostile" : "";
  options.command.args = std::move(words);
  options.limits.wall = Milliseconds(30'000);
  options.layers.cgroup = cgroup;
  return options;
}

void show(const char* limit, const char* who, const warden::Options& options) {
  const Result<warden::Report> report = warden::run(options);
  if (!report) return void(std::printf("%s\n", report.error().message().c_str()));
  const bool ended = report->ended == warden::Ended::exited;
  std::printf("%-22s %-26s %s%s", limit, who, ended ? report->output.c_str() : report->why.c_str(),
              ended ? "" : "\n");
}

void one_process() {
  warden::Options spin = hostile({"spin"}, false), files = hostile({"files"}, false);
  warden::Options fill = hostile({"fill"}, false);
  spin.limits.cpu = 1;
  files.limits.files = 20;
  fill.limits.file_size = kMib;
  show("RLIMIT_CPU, 1 s", "one that spins", spin);
  show("RLIMIT_NOFILE, 20", "one that opens all it can", files);
  show("RLIMIT_FSIZE, 1 MiB", "one that fills a file", fill);
}

void memory() {
  for (const bool group : {false, true}) {
    warden::Options one = hostile({"memory", "100"}, group);
    warden::Options many = hostile({"memory", "16", "16"}, group);
    one.limits.memory = many.limits.memory = 64 * kMib;
    const char* const limit = group ? "cgroup, 64 MiB" : "RLIMIT_AS, 64 MiB";
    show(limit, "one that wants 100", one);
    show(limit, "16 that want 16 each", many);
  }
}

void processes() {
  for (const bool group : {false, true}) {
    warden::Options root = hostile({"forks", "20"}, group);
    root.limits.processes = 10;
    warden::Options user = root;
    user.command.uid = user.command.gid = kNobodyElse;
    const char* const limit = group ? "cgroup, 10 processes" : "RLIMIT_NPROC, 10";
    show(limit, "root, who wants 20", root);
    if (!group) show(limit, "a user who wants 20", user);
  }
}

/// Why this machine cannot show it; empty: it can.
std::string missing() {
  if (::geteuid() != 0) return "it takes root, to be another user";
  warden::Options options = hostile({"--help"}, true);
  options.limits.memory = 64 * kMib;
  options.limits.processes = 10;
  const Result<warden::Report> report = warden::run(options);
  if (!report) return report.error().message();
  for (const warden::Layer& layer : report->layers) {
    const bool counted = layer.name == "memory" || layer.name == "processes";
    if (counted && !layer.detail.starts_with("cgroup")) return layer.name + ": " + layer.detail;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts("usage: ch14_limits\nThe same limits, counted in two ways.");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  if (!fill_std_slots()) return 1;
  if (const std::string why = missing(); !why.empty()) return std::puts(why.c_str()), 77;
  one_process();
  memory();
  processes();
}
