// Chapter 14 · warden: what is said of a run: to a script by one number, to a program by JSON.
//
// Question: how does one report on a program that would like to write its own report? Read before:
// warden.h. Meets: openat with O_NOFOLLOW, renameat; CreateFileW, MoveFileExW.
#pragma once

#include <memory>
#include <string>

#include "chapters/ch14_warden/warden.h"

namespace proclab::warden {

/// What ch14_warden exits with, beside what the command says itself: as timeout(1) and env(1) do.
inline constexpr int kLimitHit = 124, kFailed = 125, kCannotRun = 126, kNotFound = 127;

/// The command's code; 128 + the signal that killed it; kLimitHit for any limit of ours.
[[nodiscard]] int exit_code(const Report& report);
/// kNotFound, kCannotRun or kFailed: what run()'s Error means to a script.
[[nodiscard]] int exit_code(const Error& error);

/// "exited", "killed", "wall"…: the name in the JSON.
[[nodiscard]] const char* name_of(Ended ended);
/// One line of JSON with a newline behind it. Commands that are not UTF-8 come with U+FFFD in place.
[[nodiscard]] std::string to_json(const Report& report);
/// The same for a run that did not come to be: "ended" is "not_started", or "failed" where that is the
/// warden's fault and not the command's; and why.
[[nodiscard]] std::string to_json(const Error& error);

/// A file that is written once, last, and whole. The folder is opened when the object is made, before
/// the stranger runs, so that nobody can put another in its place; the text goes to a new file of that folder,
/// which then takes the name's place: a symbolic link that was planted under the name is replaced, not
/// followed; and who reads sees all or nothing.
class ReportFile {
 public:
  /// Errors: of open(2) for the folder; not_a_directory for one that is a symbolic link; is_a_directory
  /// for an empty name.
  static Result<ReportFile> open(const std::string& path);
  ReportFile(ReportFile&&) noexcept;
  ReportFile& operator=(ReportFile&&) noexcept;
  ~ReportFile();
  /// Errors: of open(2), write(2), rename(2); then nothing of it is left.
  Result<void> write(const std::string& text);

 private:
  struct State;
  explicit ReportFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace proclab::warden
