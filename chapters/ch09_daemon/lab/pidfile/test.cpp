// Chapter 9 · lab · pidfile: the judge. It asks the kernel whether the file is locked, plants stale files, and lets
// several programs go at the same line of stdin.
#include <csignal>
#include <cstdint>
#include <deque>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

Program start(Judge& judge, const std::string& name) {
  return judge.start({.args = {name}, .keep_input = true, .deadline = Milliseconds(8'000)});
}

/// Another try, from the beginning to its one line.
std::optional<std::string> go(Program& program) {
  program.feed("go\n");
  return program.line();
}

std::string own_of(Program& program) {
  return std::to_string(look_at(program.pid()).value_or(Seen{}).own);
}

/// Whether somebody holds a lock on it: of flock(), or one of fcntl() over any of its bytes.
bool is_locked(const std::string& path) {
  const Handle file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file) return false;
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == -1) return true;
  ::flock(file.get(), LOCK_UN);
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return ::fcntl(file.get(), F_OFD_GETLK, &range) == 0 && range.l_type != F_UNLCK;
}

/// It says that it is the one: is it so?
Objection owns(Judge& judge, Program& program, const std::string& name) {
  const std::string own = own_of(program);
  const std::string text = judge.file(name).value_or("");
  if (!is_locked(judge.folder() + "/" + name)) return failed("not_locked", {{"pid", own}});
  if (text == own + "\n") return std::nullopt;
  if (text.starts_with(own + "\n"))
    return failed("left_over", {{"text", excerpt(text)}, {"wanted", own + "\\n"}});
  return failed("other_text", {{"text", excerpt(text)}, {"wanted", own + "\\n"}});
}

Verdict first(Judge& judge) {
  const std::string name = judge.word(8);
  Program program = start(judge, name);
  if (go(program) != "mine") return no_line(program, "mine");
  if (Objection bad = owns(judge, program, name)) {
    program.signal(SIGKILL);
    return *bad;
  }
  program.end_input();
  return ended_well(program.finish()).value_or(passed());
}

/// A second one, while the first lives. nullopt: it went away as it should.
Objection turned_away(Judge& judge, Program& first, Program& second, const std::string& name) {
  const std::string before = own_of(first) + "\n";
  const std::optional<std::string> line = go(second);
  if (line == "mine") {
    const std::string its = own_of(second);
    second.signal(SIGKILL);
    return failed("two", {{"pid", own_of(first)}, {"other", its}});
  }
  second.end_input();
  second.output_reaches(SIZE_MAX);  // it leaves; finish() would end the owner, too
  if (!judge.file(name)) return failed("removed", {{"pid", own_of(first)}});
  if (judge.file(name).value_or("") != before)
    return failed("wiped",
                  {{"text", excerpt(judge.file(name).value_or(""))}, {"pid", own_of(first)}});
  if (second.out() == "taken by " + before) return std::nullopt;
  return failed("wrong_owner", {{"output", excerpt(second.out())}, {"pid", own_of(first)}});
}

Verdict second(Judge& judge) {
  const std::string name = judge.word(8);
  Program owner = start(judge, name);
  if (go(owner) != "mine") return no_line(owner, "mine");
  // Twice: what the first of them leaves behind must not help the next.
  std::deque<Program> others;
  Objection bad;
  for (int n = 0; n < 2 && !bad; ++n) {
    others.push_back(start(judge, name));
    bad = turned_away(judge, owner, others.back(), name);
  }
  owner.signal(SIGKILL);
  if (bad) return *bad;
  // finish() sweeps away whatever else the judge has started: so once, and last.
  return ended_with(others.back().finish(), 1).value_or(passed());
}

/// A file that somebody left, with the number of one who lives and has nothing to do with it.
Verdict stale(Judge& judge) {
  const std::string name = judge.word(8), path = judge.folder() + "/" + name;
  {
    const Handle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    const std::string_view text = "1\nleft by one who was killed\n";
    if (!file || ::fchmod(file.get(), 0666) == -1 ||
        ::write(file.get(), text.data(), text.size()) == -1)
      return fault("the stale file cannot be written");
  }
  for (int owner = 0; owner < 2; ++owner) {  // the second one finds what the first, killed, left
    Program program = start(judge, name);
    const std::optional<std::string> line = go(program);
    Objection bad;
    if (line && line->starts_with("taken by")) {
      bad = failed("believed", {{"line", excerpt(*line)}});
    } else if (line != "mine") {
      return no_line(program, "mine");
    } else {
      bad = owns(judge, program, name);
    }
    program.signal(SIGKILL);
    if (bad) return *bad;
  }
  return passed();
}

/// Several at the same moment, in an empty directory.
Verdict at_once(Judge& judge) {
  for (int round = 0; round < 3; ++round) {
    const std::string name = judge.word(8);
    std::deque<Program> all;
    for (int count = judge.number(4, 6); count > 0; --count) {
      all.push_back(start(judge, name));
      all.back().sleeps_in("read");
    }
    for (Program& program : all) program.feed("go\n");
    std::size_t mine = 0;
    for (Program& program : all) mine += program.line() == "mine" ? 1 : 0;
    const bool held = is_locked(judge.folder() + "/" + name);
    for (Program& program : all) program.signal(SIGKILL);
    if (!held) return failed("not_held", {{"count", all.size()}, {"mine", mine}});
    if (mine != 1) return failed("not_one", {{"count", all.size()}, {"mine", mine}});
  }
  return passed();
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"first", first}, {"second", second}, {"stale", stale}, {"at_once", at_once}});
}
