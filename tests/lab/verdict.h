// tests/lab · verdict: what a test of an exercise has to say, as a key and its numbers.
//
// The sentences that a student reads stand in messages.json, in two languages. A judge names the
// sentence and fills in what the kernel said: so no language is wired into the code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace proclab::lab {

/// A number or a text that a message speaks of: {pid} in the sentence is Arg{"pid", 1234}.
struct Arg {
  std::string name;
  std::variant<std::int64_t, std::string> value;

  Arg(std::string n, std::string text) : name(std::move(n)), value(std::move(text)) {}
  Arg(std::string n, const char* text) : name(std::move(n)), value(std::string(text)) {}
  template <class T>
  requires std::is_integral_v<T> Arg(std::string n, T number)
      : name(std::move(n)), value(static_cast<std::int64_t>(number)) {}
};

/// How one test went. `failed` is the student's; `fault` is the judge's own, and never scored.
struct Verdict {
  enum class Kind { passed, failed, fault };
  Kind kind = Kind::passed;
  std::string message;  ///< a key of messages.json; for a fault, the reason itself
  std::vector<Arg> args;

  [[nodiscard]] bool good() const { return kind == Kind::passed; }
};

/// What speaks against a program, or nothing: `if (Objection bad = ended_well(end)) return *bad;`
using Objection = std::optional<Verdict>;

[[nodiscard]] Verdict passed();
[[nodiscard]] Verdict failed(std::string message, std::vector<Arg> args = {});
[[nodiscard]] Verdict fault(std::string reason);

/// The verdict as one JSON object in one line, with the newline.
[[nodiscard]] std::string to_json(std::string_view test, const Verdict& verdict,
                                  std::int64_t milliseconds);

/// The start of what a program wrote, for a message: one line of at most `limit` bytes, with
/// newlines and bytes that are no text as \n and \x1b.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t limit = 60);

}  // namespace proclab::lab
