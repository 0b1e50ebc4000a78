// Chapter 9 · daemon: the log, the same everywhere. Read log.h first.
#include "chapters/ch09_daemon/log.h"

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/redirect.h"

namespace proclab::daemon {

Result<Log> Log::open(const std::string& path) {
  if (path.empty()) return Log({}, Handle());
  Result<Handle> file = pipes::open_file(path, pipes::Redirect::append);
  if (!file) return file.error();
  return Log(path, std::move(*file));
}

//> line
Result<void> Log::line(std::string_view text) {
  if (!file_) return {};
  std::string all = torn_ ? "\n" : "";
  if (missing_ != 0) all += "(lines missing here: " + std::to_string(missing_) + ")\n";
  const std::size_t before = all.size();
  all += text;
  all += '\n';
  stdio::BlockingWriter writer(file_.get());
  const Result<bool> written = writer.write(all);
  if (written) {
    torn_ = false;
    missing_ = 0;
    return {};
  }
  // A disk that fills up in the middle of a line takes a part of it.
  if (writer.accepted() > 0) torn_ = all[writer.accepted() - 1] != '\n';
  if (writer.accepted() >= before) missing_ = 0;  // at least that went out
  ++missing_;
  return written.error();
}
//< line

//> reopen
Result<void> Log::reopen() {
  if (path_.empty()) return {};
  Result<Handle> file = pipes::open_file(path_, pipes::Redirect::append);
  if (!file) return file.error();
  file_ = std::move(*file);  // only now is the old one closed
  torn_ = false;
  return takes_output_ ? take_output() : Result<void>();
}
//< reopen

Result<void> Log::take_output() {
  takes_output_ = true;
  if (!file_) return {};
  for (const int number : {1, 2}) {
    if (Result<void> r = set_standard(number, file_.get()); !r) return r;
  }
  return {};
}

}  // namespace proclab::daemon
