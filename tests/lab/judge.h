// tests/lab · judge: what an exercise's test.cpp is made of.
//
//   Verdict all_of_it(Judge& judge) {
//     Program program = judge.start({.input = text});
//     const Ending end = program.finish();
//     if (Objection bad = ended_well(end)) return *bad;
//     return end.out == text ? passed() : failed("lost", {{"arrived", end.out.size()}});
//   }
//   int main(int argc, char** argv) { return judge_main(argc, argv, {{"all_of_it", all_of_it}}); }
//
// The judge is a program of its own: what the student's program prints, exits with or does to itself
// changes no verdict. Read program.h (the program under the judge's hand) and look.h (what the
// kernel says of it) after this.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/lab/look.h"
#include "tests/lab/program.h"
#include "tests/lab/verdict.h"

namespace proclab::lab {

class Judge {
 public:
  /// `folder` is an empty directory, the program's current one.
  Judge(std::string program, std::vector<std::string> wrap, std::uint64_t seed, std::string folder);

  /// Starts the student's program, behind the wrapper if there is one. Never fails here: what went
  /// wrong is in finish().
  [[nodiscard]] Program start(Plan plan = {}) const;

  /// Inputs differ with the seed, so an answer cannot be written down in advance.
  [[nodiscard]] std::mt19937_64& random() { return random_; }
  /// Between `low` and `high`, both included.
  [[nodiscard]] int number(int low, int high);
  /// Letters, `size` of them.
  [[nodiscard]] std::string word(std::size_t size);
  /// `size` bytes in lines of different lengths, the last byte a newline.
  [[nodiscard]] std::string text(std::size_t size);

  /// What went wrong with the sandbox, or with the judge itself; "": nothing. Then a test's verdict does not count.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] const std::string& program() const { return program_; }
  /// The current directory of every program of this test, and empty at its start.
  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// The first 16 MiB of a plain file that the program made there. nullopt: there is none, or it is a link,
  /// a pipe or the like: whoever plants one where we read gets nothing.
  [[nodiscard]] std::optional<std::string> file(const std::string& name) const;

 private:
  std::string program_;
  std::vector<std::string> wrap_;
  std::mt19937_64 random_;
  std::string folder_;
  mutable std::string fault_;  // each program that is started writes it
};

/// The end of nearly every test: started, in time, without a flood, not killed, exit code 0.
[[nodiscard]] Objection ended_well(const Ending& end);
/// As ended_well, for a program that shall exit with `code`.
[[nodiscard]] Objection ended_with(const Ending& end, unsigned code);
/// As ended_well, but any way to end is right: only not to hang, and not to flood.
[[nodiscard]] Objection ended_at_all(const Ending& end);
/// Nothing that it started lives on.
[[nodiscard]] Objection nothing_outlived(const Ending& end);
/// Nobody in the family is a zombie; else who, and who should have waited. While the program lives.
[[nodiscard]] Objection no_zombies(const std::vector<Seen>& family);
/// It has nothing open but 0, 1 and 2; else which descriptor, and what that is. While it lives.
[[nodiscard]] Objection no_strays(const Seen& who);
/// What a program sent until line() gave nothing: its objection, or that its output was too short.
[[nodiscard]] Verdict no_line(Program& program, const char* wanted);

struct Test {
  const char* name;
  Verdict (*run)(Judge&);
};

/// The main of a judge: --program PATH [--wrap WORD]… [--seed N] [--only TEST]… [--report FD].
/// One JSON object a test, each written at once. Exit code 0 when all tests were judged, whatever the
/// verdicts; 2 for bad usage.
int judge_main(int argc, char** argv, const std::vector<Test>& tests);

}  // namespace proclab::lab
