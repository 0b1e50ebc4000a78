// Chapter 3 · lab · fork_tree: the judge. It counts children in the kernel's list, and stops one leaf to see
// who waits for it.
#include <csignal>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

std::vector<int> random_shape(Judge& judge) { return {judge.number(2, 3), judge.number(2, 3)}; }

Program start(Judge& judge, const std::vector<int>& shape) {
  Plan plan{.keep_input = true, .deadline = Milliseconds(5'000)};
  for (const int width : shape) plan.args.push_back(std::to_string(width));
  return judge.start(plan);
}

/// Every process has as many children as its level asks for.
Objection check_shape(const std::vector<Seen>& family, Pid root, const std::vector<int>& shape) {
  std::vector<Pid> level = {root};
  for (std::size_t depth = 0; depth <= shape.size(); ++depth) {
    const std::size_t wanted = depth < shape.size() ? static_cast<std::size_t>(shape[depth]) : 0;
    std::vector<Pid> next;
    for (const Pid parent : level) {
      const std::vector<Seen> children = children_of(family, parent);
      if (children.size() != wanted) {
        return failed("wrong_level", {{"level", depth + 1},
                                      {"parent", look_at(parent).value_or(Seen{}).own},
                                      {"got", children.size()},
                                      {"wanted", wanted}});
      }
      for (const Seen& child : children) next.push_back(child.pid);
    }
    level = next;
  }
  return std::nullopt;
}

std::size_t size_of(const std::vector<int>& shape) {
  std::size_t row = 1, all = 0;
  for (const int width : shape) all += row *= static_cast<std::size_t>(width);
  return all;
}

Verdict shape(Judge& judge) {
  const std::vector<int> wanted = random_shape(judge);
  Program program = start(judge, wanted);
  if (program.line() != "ready") return no_line(program, "ready");
  const std::vector<Seen> below = program.offspring();
  if (below.size() > size_of(wanted)) {
    return failed("too_many", {{"got", below.size()}, {"wanted", size_of(wanted)}});
  }
  if (Objection bad = check_shape(program.family(), program.pid(), wanted)) return *bad;
  program.end_input();
  return ended_well(program.finish()).value_or(passed());
}

Verdict one_ready(Judge& judge) {
  Program program = start(judge, random_shape(judge));
  if (program.line() != "ready") return no_line(program, "ready");
  program.end_input();
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  std::size_t count = 0;
  for (std::size_t at = 0; (at = end.out.find("ready\n", at)) != std::string::npos; ++at) ++count;
  return count == 1 ? passed() : failed("many_ready", {{"count", count}});
}

/// One leaf is stopped, so that it cannot end: then its parent must not end, nor the root.
Verdict waits(Judge& judge) {
  Program program = start(judge, {2, 2});
  if (program.line() != "ready") return no_line(program, "ready");
  const std::vector<Seen> children = children_of(program.family(), program.pid());
  if (children.empty())
    return failed("wrong_level", {{"level", 1}, {"parent", 0}, {"got", 0}, {"wanted", 2}});
  const std::vector<Seen> leaves = children_of(program.family(), children[0].pid);
  if (leaves.empty())
    return failed("wrong_level",
                  {{"level", 2}, {"parent", children[0].own}, {"got", 0}, {"wanted", 2}});
  send_signal(leaves[0], SIGSTOP);
  program.end_input();
  for (const Seen& parent : {children[0], look_at(program.pid()).value_or(Seen{})}) {
    if (wait_blocked(parent.pid, Deadline::after(Milliseconds(3'000)))) continue;
    const Seen& child = parent.pid == children[0].pid ? leaves[0] : children[0];
    send_signal(leaves[0], SIGCONT);
    return failed("not_waiting", {{"parent", parent.own}, {"child", child.own}});
  }
  send_signal(leaves[0], SIGCONT);
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  return nothing_outlived(end).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv, {{"shape", shape}, {"one_ready", one_ready}, {"waits", waits}});
}
