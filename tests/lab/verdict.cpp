// tests/lab · verdict: into JSON. Read verdict.h first.
#include "tests/lab/verdict.h"

#include <cstdio>

namespace proclab::lab {
namespace {

std::string hex(const char* form, unsigned char byte) {
  char text[8];
  std::snprintf(text, sizeof text, form, byte);
  return text;
}

/// A JSON string. What a program wrote comes through excerpt(), so this sees ASCII and our own UTF-8.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += hex("\\u%04x", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

const char* name_of(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::passed: return "passed";
    case Verdict::Kind::failed: return "failed";
    case Verdict::Kind::fault: return "fault";
  }
  return "fault";
}

}  // namespace

Verdict passed() { return {}; }

Verdict failed(std::string message, std::vector<Arg> args) {
  return {Verdict::Kind::failed, std::move(message), std::move(args)};
}

Verdict fault(std::string reason) { return {Verdict::Kind::fault, std::move(reason), {}}; }

std::string to_json(std::string_view test, const Verdict& verdict, std::int64_t milliseconds) {
  std::string line = "{\"test\":" + in_quotes(test) + ",\"verdict\":\"" + name_of(verdict.kind) +
                     "\",\"message\":" + in_quotes(verdict.message) + ",\"args\":{";
  for (const Arg& arg : verdict.args) {
    if (line.back() != '{') line += ',';
    line += in_quotes(arg.name) + ':';
    const auto* number = std::get_if<std::int64_t>(&arg.value);
    line +=
        number != nullptr ? std::to_string(*number) : in_quotes(std::get<std::string>(arg.value));
  }
  return line + "},\"ms\":" + std::to_string(milliseconds) + "}\n";
}

std::string excerpt(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text) {
    if (out.size() >= limit) return out + "...";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += hex("\\x%02x", byte);
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace proclab::lab
