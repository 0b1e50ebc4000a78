// Chapter 13 · lab · round_robin: the judge. It connects, and the kernel tells which process wrote
// the answer. Its listening socket is a Unix one, so that a sandbox without a network has it, too.
#include <algorithm>
#include <csignal>
#include <map>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"
#include "tests/lab/pipes_linux.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

struct Listener {
  Handle socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un name{};
  socklen_t size = sizeof(sa_family_t);  // the kernel chooses a name

  Listener() {
    name.sun_family = AF_UNIX;
    auto* address = reinterpret_cast<sockaddr*>(&name);
    const bool bound = ::bind(socket.get(), address, size) == 0 && ::listen(socket.get(), 64) == 0;
    size = sizeof name;
    if (!bound || ::getsockname(socket.get(), address, &size) == -1) socket.close();
  }
};

struct Answer {
  Handle socket;
  Pid writer = 0;
  std::string text;
  bool closed = false;
};

/// Reads until `wanted` bytes are there, or its end (0: only the end), or it takes too long.
void read_on(Answer& answer, Program& program, std::size_t wanted) {
  const Deadline until = Deadline::after(Milliseconds(2'000));
  while (!answer.closed && (wanted == 0 || answer.text.size() < wanted) && !until.passed()) {
    pollfd ready{answer.socket.get(), POLLIN, 0};
    if (::poll(&ready, 1, 20) == 0 && program.ended()) break;
    if (ready.revents == 0) continue;
    char buffer[256];
    Pid writer = 0;
    const ssize_t n = receive(answer.socket.get(), true, buffer, sizeof buffer, writer);
    if (n <= 0) answer.closed = true;
    if (n <= 0) continue;
    answer.text.append(buffer, static_cast<std::size_t>(n));
    answer.writer = writer;
  }
}

Answer ask(const Listener& listener, Program& program) {
  Answer answer{.socket = Handle(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const int on = 1;
  ::setsockopt(answer.socket.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  if (::connect(answer.socket.get(), reinterpret_cast<const sockaddr*>(&listener.name),
                listener.size) == -1)
    return answer;
  read_on(answer, program, 6);
  return answer;
}

struct Cluster {
  Listener listener;
  int workers;
  Program program;

  explicit Cluster(Judge& judge)
      : workers(judge.number(3, 5)),
        program(judge.start({.args = {std::to_string(workers)},
                             .keep_input = true,
                             .slots = {spawn::Slot::from(3, listener.socket.get())},
                             .deadline = Milliseconds(6'000)})) {}
};

Pid own(Pid pid) {
  const std::optional<Seen> seen = look_at(pid);
  return seen ? seen->own : pid;
}

Verdict unanswered(Program& program, int number, const Answer& answer) {
  const std::string where = program.call();
  return failed("no_answer",
                {{"number", number}, {"call", where}, {"answer", excerpt(answer.text)}});
}

Verdict in_turn(Judge& judge) {
  Cluster cluster(judge);
  if (cluster.program.line() != "ready") return no_line(cluster.program, "ready");
  std::vector<Pid> writers;
  for (int number = 1; number <= 2 * cluster.workers + 1; ++number) {
    const Answer answer = ask(cluster.listener, cluster.program);
    if (answer.text != "hello\n") return unanswered(cluster.program, number, answer);
    if (answer.writer == cluster.program.pid())
      return failed("primary_answers", {{"number", number}});
    const auto same = std::find(writers.rbegin(), writers.rend(), answer.writer);
    const auto ago = same == writers.rend() ? 0 : same - writers.rbegin() + 1;
    const int due = number > cluster.workers ? cluster.workers : 0;
    writers.push_back(answer.writer);
    if (ago == due) continue;
    return failed("not_in_turn", {{"number", number},
                                  {"pid", own(answer.writer)},
                                  {"ago", ago},
                                  {"workers", cluster.workers}});
  }
  return passed();
}

/// How many sockets each of the family has open.
std::map<Pid, std::ptrdiff_t> sockets(Program& program) {
  std::map<Pid, std::ptrdiff_t> counts;
  for (const Seen& seen : program.family()) {
    const std::vector<Descriptor> open = descriptors_of(seen.pid);
    counts[seen.pid] = std::count_if(open.begin(), open.end(), [](const Descriptor& descriptor) {
      return descriptor.target.starts_with("socket:");
    });
  }
  return counts;
}

/// Behind the answer comes the end of the connection, when the last who has it lets go.
Verdict lets_go(Judge& judge) {
  Cluster cluster(judge);
  if (cluster.program.line() != "ready") return no_line(cluster.program, "ready");
  std::map<Pid, std::ptrdiff_t> before = sockets(cluster.program);
  for (int number = 1; number <= 3; ++number) {
    Answer answer = ask(cluster.listener, cluster.program);
    if (answer.text != "hello\n") return unanswered(cluster.program, number, answer);
    read_on(answer, cluster.program, 0);
    if (answer.closed) continue;
    for (const auto& [pid, count] : sockets(cluster.program)) {
      if (count <= before[pid]) continue;
      const bool primary = pid == cluster.program.pid();
      return failed(
          "kept",
          {{"pid", own(pid)}, {"role", primary ? "primary" : "worker"}, {"number", number}});
    }
    return unanswered(cluster.program, number, answer);
  }
  return passed();
}

/// One of the workers is killed; its share goes to the others.
Verdict dead_worker(Judge& judge) {
  Cluster cluster(judge);
  Program& program = cluster.program;
  if (program.line() != "ready") return no_line(program, "ready");
  const std::vector<Seen> workers = children_of(program.family(), program.pid());
  if (workers.size() < 3)
    return failed("no_workers", {{"count", workers.size()}, {"workers", cluster.workers}});
  const Seen& victim = workers[static_cast<std::size_t>(judge.number(0, 2))];
  send_signal(victim, SIGKILL);
  for (std::optional<Seen> seen = victim; seen && seen->state != 'Z' && !program.ended();) {
    seen = look_at(victim.pid);
  }
  for (int number = 1; number <= 2 * cluster.workers; ++number) {
    const Answer answer = ask(cluster.listener, program);
    if (answer.text == "hello\n") continue;
    program.sleeps_in("");  // or it is about to end: then that is what to tell
    if (program.ended()) {
      if (Objection bad = ended_well(program.finish())) return *bad;
    }
    return failed("lost", {{"number", number}, {"pid", victim.own}});
  }
  return passed();
}

/// The channels are closed: each worker has to see it, and the primary waits for all.
Verdict ends(Judge& judge) {
  Cluster cluster(judge);
  Program& program = cluster.program;
  if (program.line() != "ready") return no_line(program, "ready");
  const std::vector<Seen> workers = children_of(program.family(), program.pid());
  program.end_input();
  std::optional<Verdict> waits;
  while (!program.ended()) {
    if (!program.sleeps_in("", Milliseconds(200))) continue;
    const std::string where = program.call();
    if (where != "wait4" && where != "waitid") continue;
    for (const Seen& worker : workers) {
      const std::optional<Call> call = call_of(worker.pid);
      if (!call || call->name == "exit" ||
          !wait_blocked(worker.pid, Deadline::after(Milliseconds(100))))
        continue;
      waits = failed("never_told", {{"pid", worker.own}, {"call", call->name}});
    }
  }
  const Ending end = program.finish();
  if (end.timed_out && waits) return *waits;
  if (Objection bad = ended_well(end)) return *bad;
  return nothing_outlived(end).value_or(passed());
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(
      argc, argv,
      {{"in_turn", in_turn}, {"lets_go", lets_go}, {"dead_worker", dead_worker}, {"ends", ends}});
}
