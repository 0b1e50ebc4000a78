// Chapter 8 · lab · reap_them_all: the judge. It stops the program, ends several of its children, and lets it go on: so
// one SIGCHLD stands for all of them, every time.
#include <algorithm>
#include <csignal>

#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

struct Pool {
  Program program;
  std::vector<Seen> workers;
  Seen helper;  ///< the library's: its first child
};

/// Waits until `count` children and the helper are there, and the program sleeps.
Objection come_up(Pool& pool, int count) {
  Program& program = pool.program;
  if (program.line() != "ready") return no_line(program, "ready");
  std::vector<Seen> children = children_of(program.family(), program.pid());
  if (children.size() != static_cast<std::size_t>(count) + 1)
    return failed("wrong_count", {{"got", children.size()}, {"wanted", count + 1}});
  if (!program.sleeps_in("", Milliseconds(2'000))) return failed("polls");
  std::sort(children.begin(), children.end(), [](const Seen& a, const Seen& b) {
    return a.started != b.started ? a.started < b.started : a.own < b.own;
  });
  pool.helper = children.front();
  pool.workers.assign(children.begin() + 1, children.end());
  return std::nullopt;
}

Pool start(Judge& judge, int count) {
  return {judge.start({.args = {std::to_string(count)}, .deadline = Milliseconds(6'000)}), {}, {}};
}

/// SIGKILL for each, and waits until the kernel has ended them.
void end_all(const std::vector<Seen>& some) {
  for (const Seen& seen : some) send_signal(seen, SIGKILL);
  const Deadline until = Deadline::after(Milliseconds(3'000));
  for (const Seen& seen : some) {
    for (std::optional<Seen> now = look_at(seen.pid); now && now->state != 'Z' && !until.passed();)
      now = look_at(seen.pid);
  }
}

bool is_zombie(const Seen& who) {
  const std::optional<Seen> now = look_at(who.pid);
  return now && now->started == who.started && now->state == 'Z';
}

std::string line_of(const Seen& worker) {
  return "ended " + std::to_string(worker.own) + " signal 9";
}

Verdict end_with_helper(Pool& pool) {
  const Ending end = pool.program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  if (end.out.ends_with("helper lost\n")) return failed("helper_lost", {{"pid", pool.helper.own}});
  return end.out.ends_with("helper signal 9\n")
             ? passed()
             : failed("no_helper", {{"output", excerpt(end.out)}});
}

/// Each in its turn, in an order of the judge's.
Verdict one_by_one(Judge& judge) {
  const int count = judge.number(3, 6);
  Pool pool = start(judge, count);
  if (Objection bad = come_up(pool, count)) return *bad;
  std::shuffle(pool.workers.begin(), pool.workers.end(), judge.random());
  for (const Seen& worker : pool.workers) {
    end_all({worker});
    const std::optional<std::string> line = pool.program.line();
    if (!line && is_zombie(worker)) return failed("zombie_left", {{"pid", worker.own}});
    if (line != line_of(worker))
      return failed("wrong_line",
                    {{"got", excerpt(line.value_or(""))}, {"wanted", line_of(worker)}});
  }
  return end_with_helper(pool);
}

Verdict all_at_once(Judge& judge) {
  const int count = judge.number(5, 9);
  Pool pool = start(judge, count);
  if (Objection bad = come_up(pool, count)) return *bad;
  const std::vector<Seen> dead(pool.workers.begin() + 1, pool.workers.end());
  pool.program.signal(SIGSTOP);
  end_all(dead);
  pool.program.signal(SIGCONT);
  pool.program.sleeps_in("", Milliseconds(2'000));
  std::size_t left = 0;
  for (const Seen& worker : dead) left += is_zombie(worker) ? 1 : 0;
  if (left > 0) return failed("merged", {{"count", dead.size()}, {"left", left}});
  end_all({pool.workers.front()});
  return end_with_helper(pool);
}

/// The helper ends while workers do: it stays a zombie until the library asks.
Verdict strangers(Judge& judge) {
  const int count = judge.number(3, 5);
  Pool pool = start(judge, count);
  if (Objection bad = come_up(pool, count)) return *bad;
  end_all({pool.helper});
  end_all({pool.workers.front()});
  pool.program.sleeps_in("", Milliseconds(2'000));
  if (!pool.program.ended() && !is_zombie(pool.helper))
    return failed("took_helper", {{"pid", pool.helper.own}});
  end_all({pool.workers.begin() + 1, pool.workers.end()});
  return end_with_helper(pool);
}

/// Nothing happens, and then something that is no news: it sleeps, and goes on sleeping.
Verdict sleeps(Judge& judge) {
  Pool pool = start(judge, 3);
  if (Objection bad = come_up(pool, 3)) return *bad;
  end_all({pool.helper});  // SIGCHLD for it, too, and a zombie that is not to be waited for
  if (!pool.program.sleeps_in("", Milliseconds(2'000))) {
    return pool.program.ended() ? failed("ended_early") : failed("polls");
  }
  end_all(pool.workers);
  return end_with_helper(pool);
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"one_by_one", one_by_one},
                     {"all_at_once", all_at_once},
                     {"strangers", strangers},
                     {"sleeps", sleeps}});
}
