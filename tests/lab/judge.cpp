// tests/lab · judge: the main program of every exercise's judge. Read judge.h first.
#include "tests/lab/judge.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/handle.h"

namespace proclab::lab {

Judge::Judge(std::string program, std::vector<std::string> wrap, std::uint64_t seed,
             std::string folder)
    : program_(std::move(program)),
      wrap_(std::move(wrap)),
      random_(seed),
      folder_(std::move(folder)) {}

Program Judge::start(Plan plan) const {
  std::vector<std::string> command = wrap_;
  for (std::string& word : command) {
    if (word == "{folder}") word = folder_;  // a sandbox shows it to the program under its own name
  }
  plan.folder = folder_;
  command.push_back(program_);
  return {std::move(command), program_, std::move(plan), fault_};
}

int Judge::number(int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random_);
}

std::string Judge::word(std::size_t size) {
  std::string letters;
  while (letters.size() < size) letters += static_cast<char>('a' + number(0, 25));
  return letters;
}

std::string Judge::text(std::size_t size) {
  std::string lines;
  while (lines.size() < size) {
    lines += word(static_cast<std::size_t>(number(1, 70)));
    lines += '\n';
  }
  lines.resize(size);
  if (size > 0) lines.back() = '\n';
  return lines;
}

std::optional<std::string> Judge::file(const std::string& name) const {
  const std::string path = folder_ + "/" + name;
  const Handle file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat what {};
  if (!file || ::fstat(file.get(), &what) == -1 || !S_ISREG(what.st_mode)) return std::nullopt;
  std::string text(std::min<std::size_t>(static_cast<std::size_t>(what.st_size), 16U << 20U), 0);
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

Objection ended_at_all(const Ending& end) {
  if (!end.fault.empty()) return fault(end.fault);
  if (end.timed_out) return end.hang ? *end.hang : failed("hang_unseen");
  if (end.flooded) return failed("flood", {{"bytes", end.out.size() + end.err.size()}});
  return std::nullopt;
}

Objection ended_with(const Ending& end, unsigned code) {
  if (Objection bad = ended_at_all(end)) return bad;
  if (end.status.signal != 0) {
    return failed("killed", {{"signal", signal_name(end.status.signal)}});
  }
  if (end.status.code != code) {
    return failed("exit_code",
                  {{"code", end.status.code}, {"wanted", code}, {"stderr", excerpt(end.err)}});
  }
  return std::nullopt;
}

Objection ended_well(const Ending& end) { return ended_with(end, 0); }

Objection nothing_outlived(const Ending& end) {
  if (end.outlived.empty()) return std::nullopt;
  const Seen& first = end.outlived.front();
  return failed("outlived",
                {{"count", end.outlived.size()}, {"pid", first.own}, {"name", first.name}});
}

Objection no_zombies(const std::vector<Seen>& family) {
  for (const Seen& seen : family) {
    if (seen.state != 'Z') continue;
    for (const Seen& parent : family) {
      if (parent.pid == seen.parent) {
        return failed("zombie", {{"pid", seen.own}, {"parent", parent.own}});
      }
    }
  }
  return std::nullopt;
}

Objection no_strays(const Seen& who) {
  for (const Descriptor& open : descriptors_of(who.pid)) {
    if (open.number <= 2) continue;
    return failed("stray", {{"pid", who.own},
                            {"name", who.name},
                            {"fd", open.number},
                            {"target", excerpt(open.target)}});
  }
  return std::nullopt;
}

Verdict no_line(Program& program, const char* wanted) {
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  return failed("no_line", {{"wanted", wanted}, {"output", excerpt(end.out)}});
}

}  // namespace proclab::lab
