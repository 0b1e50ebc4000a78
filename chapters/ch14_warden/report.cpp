// Chapter 14 · warden: a report as a number and as JSON. Read report.h first.
#include "chapters/ch14_warden/report.h"

#include "chapters/ch07_signals/ending.h"
#include "chapters/ch07_signals/names.h"
#include "chapters/ch11_channel/json.h"
#include "platform/text.h"

namespace proclab::warden {
namespace {

using channel::Array;
using channel::Object;
using channel::Value;

/// A command line is any bytes, and JSON is UTF-8: what is not is shown as U+FFFD.
std::string utf8(const std::string& text) {
  if (to_utf16(text)) return text;
  std::string shown;
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x80) {
      shown += byte;
    } else {
      shown += "\xEF\xBF\xBD";
    }
  }
  return shown;
}

Value signal_value(int signal) { return signal == 0 ? Value() : Value(signals::name_of(signal)); }

std::string text_of(const Value& value) {
  std::string text;
  if (const Result<void> written = channel::write_json(value, text); !written) {
    return "{\"ended\":\"failed\",\"why\":\"the report cannot be written as JSON\"}\n";
  }
  return text + "\n";
}

double seconds(std::chrono::microseconds span) { return static_cast<double>(span.count()) / 1e6; }

}  // namespace

//> exit-code
int exit_code(const Report& report) {
  switch (report.ended) {
    case Ended::exited:
    case Ended::killed:
    case Ended::stopped: return static_cast<int>(signals::shell_code(report.status));
    default: return kLimitHit;
  }
}

int exit_code(const Error& error) {
  const std::string_view call = error.call;
  if (call != "execve" && call != "CreateProcessW") return kFailed;
  return error.code == std::errc::no_such_file_or_directory ? kNotFound : kCannotRun;
}
//< exit-code

const char* name_of(Ended ended) {
  switch (ended) {
    case Ended::exited: return "exited";
    case Ended::killed: return "killed";
    case Ended::wall: return "wall";
    case Ended::cpu: return "cpu";
    case Ended::memory: return "memory";
    case Ended::output: return "output";
    case Ended::file_size: return "file_size";
    case Ended::stopped: return "stopped";
  }
  return "?";
}

//> to-json
std::string to_json(const Report& report) {
  Array survivors, layers;
  for (const Survivor& one : report.survivors) {
    survivors.push_back(Object{{"pid", one.pid}, {"command", utf8(one.command)}});
  }
  for (const Layer& one : report.layers) {
    layers.push_back(Object{{"name", one.name}, {"held", one.held}, {"detail", utf8(one.detail)}});
  }
  const spawn::ExitStatus& status = report.status;
  return text_of(Object{
      {"ended", name_of(report.ended)},
      {"why", utf8(report.why)},
      {"code", status.signal == 0 ? Value(status.code) : Value()},
      {"signal", signal_value(status.signal)},
      {"exit_code", exit_code(report)},
      {"wall_seconds", seconds(report.wall)},
      {"cpu_seconds", seconds(report.cpu)},
      {"peak_memory_bytes", report.peak_memory},
      {"peak_memory_of", report.peak_of_tree ? "tree" : "largest process"},
      {"output_bytes", report.output_bytes},
      {"error_bytes", report.error_bytes},
      {"output_cut", report.output_cut},
      {"oom_kills", report.oom_kills},
      {"refused_forks", report.refused_forks},
      {"survivors", survivors},
      {"swept", report.swept},
      {"layers", layers},
  });
}
//< to-json

std::string to_json(const Error& error) {
  const int code = exit_code(error);
  return text_of(Object{{"ended", code == kFailed ? "failed" : "not_started"},
                        {"why", utf8(error.message())},
                        {"exit_code", code}});
}

}  // namespace proclab::warden
