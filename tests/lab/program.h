// tests/lab · program: a student's program under a judge's hand.
//
// Started by chapter 4, ended by chapters 7 and 8: it has a deadline and a cap on its output, and
// when a test is over nothing that it started is left. It may run behind a wrapper (a sandbox), in a pid
// namespace of its own; the judge finds it there.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/clock.h"
#include "tests/lab/look.h"
#include "tests/lab/verdict.h"

namespace proclab::lab {

/// How to start it. What is not said: stdin is empty, stdout and stderr are pipes that are read at once.
struct Plan {
  std::vector<std::string> args;  ///< without argv[0]
  std::string input;              ///< its stdin
  bool keep_input = false;        ///< stdin stays open behind `input`, until end_input()
  bool tagged = false;            ///< stdout is a socket that tells who wrote each piece: pieces()
  bool hold_output = false;       ///< the judge does not read stdout until resume_output()
  bool nonblocking_output = false;  ///< its stdout has O_NONBLOCK, as from a careless neighbour
  /// Descriptors that it gets besides, or in place of its pipes. Stay the caller's.
  std::vector<spawn::Slot> slots;
  std::vector<std::pair<std::string, std::string>> env;
  Milliseconds deadline{10'000};        ///< from the start to the end, all included
  std::size_t output_cap = 16U << 20U;  ///< bytes of stdout and of stderr, each
  std::string folder;                   ///< its current directory; Judge::start() fills it in
};

/// A part of stdout, and the number (here, not in its namespace) of the process that wrote it.
struct Piece {
  Pid writer;
  std::string text;
};

/// How it ended, and what was there then.
struct Ending {
  std::string fault;  ///< not empty: the judge could not start or watch it
  spawn::ExitStatus status;
  bool timed_out = false;
  bool flooded = false;  ///< it wrote more than the cap, and was ended for that
  std::string out, err;
  std::vector<Seen> outlived;  ///< processes that it started and that still lived when it had ended
  Objection hang;              ///< timed_out: what each waits for
};

class Program {
 public:
  /// `command` is the wrapper's words and the program's path; `path` the program's alone. Among the words {begun}
  /// is the descriptor that tests/lab/begin writes to. What goes wrong before that byte, or in the judge, is told in
  /// `fault`, too, which must outlive the program: a test that looks at nothing else cannot take it for a failure.
  Program(std::vector<std::string> command, std::string path, Plan plan, std::string& fault);
  Program(Program&&) noexcept;
  ~Program();  ///< ends it and all that it started, at once

  /// A Windows program, which Wine runs: what it prints and how it ends is all that can be judged. Its
  /// "\r\n" is read as "\n".
  [[nodiscard]] bool foreign() const;
  /// Its number here. 0: it has ended, could not be found, or is foreign.
  [[nodiscard]] Pid pid();
  /// It and all that it has started, wherever that fled; without the wrapper's own processes.
  [[nodiscard]] std::vector<Seen> family();
  /// All but itself.
  [[nodiscard]] std::vector<Seen> offspring();
  /// Waits until one of its offspring has that name. Of a program that has ended: one that has outlived it. nullopt:
  /// there is none, and it has ended, or `within` is over.
  [[nodiscard]] std::optional<Seen> find(std::string_view name,
                                         Milliseconds within = Milliseconds(3'000));

  /// Waits for the next whole line of stdout, without its newline. nullopt: it ended, or the deadline.
  [[nodiscard]] std::optional<std::string> line();
  /// Waits until stdout holds `bytes` bytes or more. False: it ended, or the deadline passed.
  bool output_reaches(std::size_t bytes);
  [[nodiscard]] const std::string& out() const;
  [[nodiscard]] const std::vector<Piece>& pieces() const;

  void feed(std::string_view input);
  void end_input();
  void resume_output();
  /// Closes the judge's end of its stdout: the next write there is EPIPE.
  void close_output();
  /// To the program itself, not to its wrapper. False: it is gone.
  bool signal(int signal);
  /// Feeds it what is left of the input, and waits until it sleeps in the system call `call` ("": in
  /// any). False: it has ended, or is busy, or sleeps elsewhere when `within` is over.
  bool sleeps_in(std::string_view call, Milliseconds within = Milliseconds(3'000));
  /// The system call that it is in, by name; "exit": it has ended.
  [[nodiscard]] std::string call();
  /// Whether it has ended by itself, or been ended by deadline or cap. It looks, and does not wait.
  [[nodiscard]] bool ended();

  /// Waits for its end, at most to the deadline, looks who outlived it, and ends all of that.
  Ending finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace proclab::lab
