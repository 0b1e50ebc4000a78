// platform · Result and Error: a value, or the call that failed and why. Nothing here throws.
//
//   Result<Handle> file = open_log();
//   if (!file) return file.error();          // an Error converts into any other Result
//   use(file->get());
#pragma once

#include <cassert>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

namespace proclab {

/// Why something did not work.
struct Error {
  /// The call, or the step, that failed: "open", "execve", "CreateProcessW". A string literal.
  const char* call = "";
  /// The system's reason. Compare with std::errc, which fits errno and Win32 codes alike.
  std::error_code code;
  /// What it was about, where that helps: a path, an argument's name. May be empty.
  std::string detail;

  /// "execve: No such file or directory (/no/such)": one line for a person.
  [[nodiscard]] std::string message() const;
  /// "No such file or directory": the code alone.
  [[nodiscard]] std::string reason() const;
};

/// The error that the last failed system call left: errno on POSIX, GetLastError() on Windows.
/// Call it first thing after the failure, with a detail that exists already: to make a string here
/// could allocate, and on Windows that resets the number. Thread-safe: both are per thread.
[[nodiscard]] Error last_error(const char* call, std::string_view detail = {});

/// An error of our own making, for bad input that no system call has seen: {"spawn", EINVAL, "…"}.
[[nodiscard]] inline Error make_error(const char* call, std::errc why, std::string detail = {}) {
  return {call, std::make_error_code(why), std::move(detail)};
}

/// A T or an Error, shaped like C++23's std::expected. Asking the wrong side asserts.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : outcome_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : outcome_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return outcome_.index() == 0; }
  [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return held<0>(outcome_); }
  [[nodiscard]] const T& value() const& { return held<0>(outcome_); }
  /// By value: `for (auto& x : *list())` would else walk what is already gone.
  [[nodiscard]] T value() && { return std::move(held<0>(outcome_)); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T operator*() && { return std::move(*this).value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const { return held<1>(outcome_); }

 private:
  template <std::size_t kSide, class Outcome>
  static auto& held(Outcome& outcome) {
    auto* const side = std::get_if<kSide>(&outcome);
    assert(side != nullptr);
    return *side;
  }

  std::variant<T, Error> outcome_;
};

/// Success without a value, or an Error: `return {};` says it worked.
template <>
class [[nodiscard]] Result<void> {
 public:
  // Were it "= default", `return {};` would first clear the room that an Error takes.
  Result() : error_(std::nullopt) {}
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
  [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] const Error& error() const { return assert(error_), *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace proclab
