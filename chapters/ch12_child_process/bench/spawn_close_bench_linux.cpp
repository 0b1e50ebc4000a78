// Chapter 12 · benchmark: what a child costs from spawn to close, beside chapter 4, libuv and Node.
//
// Question: how much do the loop, the events and the pipes cost on top of a bare spawn? One figure
// is measured beside its base, chapter 4's start() and wait(), right before it; the report gives
// the medians of the ratios. Without pipes all slots are ignored; with pipes each of the three has
// one, and its end is waited for.
//
// Run: scripts/bench 12. The names are table/way, as scripts/bench_report.py wants them.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch12_child_process/bench/ways.h"
#include "chapters/ch12_child_process/fork.h"
#include "chapters/ch12_child_process/sync.h"
#include "platform/self.h"

namespace proclab::child_process::bench {

std::string tiny_program() {
  static const std::string path = [] {
    const std::string self = *self_path();
    return self.substr(0, self.rfind('/') + 1) + "ch04_tiny";
  }();
  return path;
}

void failed(const char* what, const std::string& why) {
  std::fprintf(stderr, "ch12_bench: %s: %s\n", what, why.c_str());
  std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

namespace {

constexpr int kSpawns = 30;

loop::Loop& the_loop() {
  static loop::Loop loop = std::move(loop::Loop::open()).value();
  return loop;
}

void run_the_loop() {
  if (const Result<bool> ran = the_loop().run(); !ran) failed("loop", ran.error().message());
}

void once_chapter_4(bool) {
  using spawn::Slot;
  spawn::Options options{.file = tiny_program()};
  options.slots = {Slot::null(0), Slot::null(1), Slot::null(2)};
  Result<spawn::Process> child = spawn::start(options);
  if (!child) failed("start", child.error().message());
  if (const auto how = child->wait(); !how || !how->success()) failed("start", "no exit 0");
}

void once_ours(bool pipes) {
  Options options;
  options.stdio = Stdio::all(pipes ? Stdio::pipe() : Stdio::ignore());
  Result<ChildProcess> child = child_process::spawn(the_loop(), tiny_program(), {}, options);
  if (!child) failed("spawn", child.error().message());
  bool closed = false;
  child->on().close = [&](const auto& how) { closed = how && how->success(); };
  run_the_loop();
  if (!closed) failed("spawn", "no exit 0");
}

void once_sync(bool pipes) {
  SyncOptions options;
  options.child.stdio = Stdio::all(pipes ? Stdio::pipe() : Stdio::ignore());
  const ExecResult how = spawn_sync(tiny_program(), {}, options);
  if (!how.success()) failed("spawn_sync", how.text());
}

/// A Node that is asked by its channel, and times itself: peers/spawner.js.
class Node {
 public:
  explicit Node(const std::string& kind) {
    Result<ChildProcess> child = fork(the_loop(), std::string(PROCLAB_BENCH_PEERS) + "/spawner.js",
                                      {tiny_program(), kind}, {.exec_path = "node"});
    if (!child) failed("node", child.error().message());
    child_ = std::make_unique<ChildProcess>(*child);
    child_->unref();
    child_->on().message = [this](const channel::Message& one) {
      nanoseconds_ = *one.value.as_number();
      child_->channel()->unref();
    };
    child_->on().error = [](const Error& why) { failed("node", why.message()); };
    child_->channel()->unref();
  }
  ~Node() { (void)child_->kill(); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  double seconds() {
    child_->channel()->ref();
    if (!child_->send(kSpawns)) failed("node", "it has gone");
    run_the_loop();
    return nanoseconds_ / 1e9 / kSpawns;
  }

 private:
  std::unique_ptr<ChildProcess> child_;
  double nanoseconds_ = 0;
};

double seconds_of(void (*once)(bool), bool pipes) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kSpawns; ++i) once(pipes);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / kSpawns;
}

void report(benchmark::State& state, double base, double ours) {
  state.SetIterationTime(ours);
  state.counters["ratio"] = ours / base;
}

template <class Measure>
void add(const std::string& name, Measure measure) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [measure](benchmark::State& state) {
                                 for (auto _ : state) {
                                   const double base = seconds_of(once_chapter_4, false);
                                   report(state, base, measure());
                                 }
                               })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

void add_table(const std::string& table, bool pipes, bool node) {
  add(table + "/chapter 4", [] { return seconds_of(once_chapter_4, false); });
  add(table + "/proclab spawn", [=] { return seconds_of(once_ours, pipes); });
  add(table + "/proclab spawn_sync", [=] { return seconds_of(once_sync, pipes); });
#ifdef PROCLAB_HAS_LIBUV
  add(table + "/libuv uv_spawn", [=] { return seconds_of(once_libuv, pipes); });
#endif
  if (!node) return;
  const auto peer = std::make_shared<std::unique_ptr<Node>>();
  add(table + "/Node spawn", [=] {
    if (!*peer) *peer = std::make_unique<Node>(pipes ? "pipe" : "ignore");
    return (*peer)->seconds();
  });
}

void say_what_it_is() {
  using benchmark::AddCustomContext;
  AddCustomContext("no pipes", "spawn, exit and close of a tiny program; its slots are ignored");
  AddCustomContext("no pipes ratio", "to chapter 4's start() and wait() of the same");
  AddCustomContext("three pipes", "the same, with a pipe in each slot, and the end of each");
  AddCustomContext("three pipes ratio", "to chapter 4's start() and wait() without any");
}

}  // namespace
}  // namespace proclab::child_process::bench

int main(int argc, char** argv) {
  using namespace proclab::child_process;
  bench::say_what_it_is();
  const bool node = spawn_sync("node", {"-e", ""}).success();
  bench::add_table("no pipes", false, node);
  bench::add_table("three pipes", true, node);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
