// Chapter 4 · lab · quoting: the judge. It cuts the command line as Microsoft's runtime does, with a parser of its
// own, and compares. No process is looked at: the exercise is a pure function.
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;
using Arguments = std::vector<std::string>;

/// Microsoft's rules, for all but argv[0].
Arguments parse(const std::string& line) {
  Arguments found;
  std::size_t i = 0;
  const auto blank = [&] { return line[i] == ' ' || line[i] == '\t'; };
  while (true) {
    while (i < line.size() && blank()) ++i;
    if (i == line.size()) return found;
    std::string argument;
    for (bool quoted = false; i < line.size() && (quoted || !blank());) {
      std::size_t slashes = 0;
      while (i < line.size() && line[i] == '\\') ++slashes, ++i;
      const bool quote = i < line.size() && line[i] == '"';
      argument.append(quote ? slashes / 2 : slashes, '\\');
      if (!quote) {
        if (i < line.size() && (quoted || !blank())) argument += line[i++];
        continue;
      }
      ++i;
      if (slashes % 2 == 1) {
        argument += '"';
      } else if (quoted && i < line.size() && line[i] == '"') {
        argument += '"', ++i;  // two quotes between quotes are one, and it stays open
      } else {
        quoted = !quoted;
      }
    }
    found.push_back(argument);
  }
}

Verdict compare(Judge& judge, const Arguments& arguments, bool plain = false) {
  std::string input;
  for (const std::string& argument : arguments) input.append(argument).push_back('\0');
  Program program = judge.start({.input = input});
  const Ending end = program.finish();
  if (Objection bad = ended_well(end)) return *bad;
  const Arguments read = parse(end.out);
  const Arg line{"line", excerpt(end.out)};
  if (read.size() != arguments.size()) {
    return failed(read.size() < arguments.size() ? "too_few" : "too_many",
                  {{"wanted", arguments.size()}, {"got", read.size()}, line});
  }
  for (std::size_t i = 0; i < read.size(); ++i) {
    const Arg argument{"argument", excerpt(arguments[i])};
    if (read[i] != arguments[i])
      return failed("differs", {argument, line, {"read", excerpt(read[i])}});
    if (plain && end.out.find('"') != std::string::npos)
      return failed("needless", {argument, line});
  }
  return passed();
}

Verdict plain(Judge& judge) {
  return compare(judge, {judge.word(5), judge.word(9), "C:\\" + judge.word(4) + "\\x"}, true);
}
Verdict blanks(Judge& judge) {
  return compare(judge,
                 {judge.word(3) + " " + judge.word(3), judge.word(2) + "\t" + judge.word(2)});
}
Verdict empty(Judge& judge) { return compare(judge, {judge.word(3), "", judge.word(3)}); }
Verdict quotes(Judge& judge) {
  return compare(judge,
                 {judge.word(2) + " \"" + judge.word(2) + "\"", "\"", judge.word(2) + "\"x"});
}
Verdict backslashes(Judge& judge) {
  return compare(judge, {"a b\\", judge.word(2) + " \\" + judge.word(2),
                         "C:\\" + judge.word(3) + " x\\\\", "z"});
}
Verdict random(Judge& judge) {
  Arguments arguments = {"a\\\"b", " \\\\\"\\"};
  for (int count = 40; count > 0; --count) {
    std::string argument;
    for (int size = judge.number(0, 6); size > 0; --size)
      argument += "a\\\\\" \t"[judge.number(0, 5)];
    arguments.push_back(argument);
  }
  return compare(judge, arguments);
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"plain", plain},
                     {"blanks", blanks},
                     {"empty", empty},
                     {"quotes", quotes},
                     {"backslashes", backslashes},
                     {"random", random}});
}
