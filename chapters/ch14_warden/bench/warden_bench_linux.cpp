// Chapter 14 · benchmark: what each layer costs, for a program that does nothing.
//
// Question: is the warden dear? Each row runs the same program once; the base is a plain spawn and wait, right
// beside it. bubblewrap is there where it is installed. What the rows differ in is one layer each, so a layer's
// price is its row's less the row above.
//
// Run: scripts/bench 14. The names are table/row, as scripts/bench_report.py wants them.
#include <functional>

#include <unistd.h>

#include <benchmark/benchmark.h>

#include "chapters/ch14_warden/warden.h"
#include "platform/self.h"

namespace proclab::warden::bench {
namespace {

/// A program that ends at once: this one, which looks at its arguments first.
spawn::Options nothing() {
  const Result<std::string> self = self_path();
  return {.file = self ? *self : "", .args = {"--nothing"}};
}

bool run_plain() {
  Result<spawn::Process> child = spawn::start(nothing());
  return child && child->wait();
}

bool run_warden(const Layers& layers) {
  Options options;
  options.command = nothing();
  options.layers = layers;
  const Result<Report> report = run(options);
  if (!report || report->ended != Ended::exited) return false;
  for (const Layer& layer : report->layers) {
    if (!layer.held) return false;  // a row that does not measure what it says is none
  }
  return true;
}

bool run_bubblewrap() {
  spawn::Options options = nothing();
  std::vector<std::string> args = {
      "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc", "--",
      options.file};
  args.insert(args.end(), options.args.begin(), options.args.end());
  options.file = "bwrap";
  options.args = args;
  Result<spawn::Process> child = spawn::start(options);
  const auto end = child ? child->wait() : Result<spawn::ExitStatus>(child.error());
  return end && end->success();
}

void add(const std::string& row, const std::function<bool()>& once) {
  benchmark::RegisterBenchmark(("run/" + row).c_str(),
                               [once](benchmark::State& state) {
                                 for (auto _ : state) {
                                   if (!once()) state.SkipWithError("not on this machine");
                                 }
                               })
      ->Iterations(20)
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

void add_rows() {
  Layers layers;
  layers.cgroup = false;
  add("plain spawn", run_plain);
  add("warden", [layers] { return run_warden(layers); });
  Layers group = layers;
  group.cgroup = true;
  add("with a cgroup", [group] { return run_warden(group); });
  Layers filter = layers;
  filter.seccomp = true;
  add("with a filter", [filter] { return run_warden(filter); });
  Layers spaces = layers;
  spaces.namespaces = true;
  add("with namespaces", [spaces] { return run_warden(spaces); });
  spaces.no_network = true;
  add("and no network", [spaces] { return run_warden(spaces); });
  Layers all = spaces;
  all.cgroup = all.seccomp = all.read_only = true;
  add("with all of it", [all] { return run_warden(all); });
  if (::access("/usr/bin/bwrap", X_OK) == 0) add("bubblewrap", run_bubblewrap);
}

}  // namespace
}  // namespace proclab::warden::bench

int main(int argc, char** argv) {
  std::vector<std::string> args = proclab::utf8_args(argc, argv);
  if (args.size() == 2 && args[1] == "--nothing") return 0;
  std::vector<char*> pointers;
  for (std::string& arg : args) pointers.push_back(arg.data());
  int count = static_cast<int>(pointers.size());
  benchmark::AddCustomContext("run", "a program that ends at once, from start to report");
  benchmark::AddCustomContext("run ratio", "to a plain spawn and wait");
  proclab::warden::bench::add_rows();
  benchmark::Initialize(&count, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
