// Chapter 2 · stdio: the late reader, on Windows. Read late_reader.h first.
#include "chapters/ch02_stdio/late_reader.h"

#include <atomic>
#include <sstream>

#include <windows.h>

#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/win32/wide.h"

namespace proclab::stdio {

namespace {

constexpr DWORD kQuota = 64 * 1024;

struct Ends {
  Handle writer;  // inheritable
  Handle reader;
};

SECURITY_ATTRIBUTES inheritable() { return {sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE}; }

// CreatePipe() would give a writer's end that knows no overlapped I/O. A named pipe has the choice.
Result<Ends> make_pipe(DWORD writer_flags) {
  static std::atomic<int> count{0};
  const std::string name = R"(\\.\pipe\proclab-late-)" + std::to_string(::GetCurrentProcessId()) +
                           "-" + std::to_string(++count);
  const Result<std::wstring> wide = to_wide(name);
  if (!wide) return wide.error();
  Handle reader(::CreateNamedPipeW(wide->c_str(), PIPE_ACCESS_INBOUND,
                                   PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1,
                                   kQuota, kQuota, 0, nullptr));
  if (!reader) return last_error("CreateNamedPipeW");
  SECURITY_ATTRIBUTES security = inheritable();
  Handle writer(::CreateFileW(wide->c_str(), GENERIC_WRITE, 0, &security, OPEN_EXISTING,
                              writer_flags, nullptr));
  if (!writer) return last_error("CreateFileW");
  return Ends{std::move(writer), std::move(reader)};
}

Result<Ends> make_file() {
  wchar_t folder[MAX_PATH], name[MAX_PATH];
  if (::GetTempPathW(MAX_PATH, folder) == 0) return last_error("GetTempPathW");
  if (::GetTempFileNameW(folder, L"prl", 0, name) == 0) return last_error("GetTempFileNameW");
  SECURITY_ATTRIBUTES security = inheritable();
  const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  Handle reader(::CreateFileW(name, GENERIC_READ | DELETE, share, nullptr, OPEN_EXISTING,
                              FILE_FLAG_DELETE_ON_CLOSE, nullptr));
  if (!reader) return last_error("CreateFileW");
  Handle writer(::CreateFileW(name, GENERIC_WRITE, share, &security, OPEN_EXISTING, 0, nullptr));
  if (!writer) return last_error("CreateFileW");
  return Ends{std::move(writer), std::move(reader)};
}

// Starts `writer`; its words may hold no quotation mark (chapter 4 has the whole art of quoting).
Result<Handle> start(const std::vector<std::string>& writer, HANDLE out, HANDLE report) {
  std::string line;
  for (const std::string& word : writer) line += "\"" + word + "\" ";
  Result<std::wstring> wide = to_wide(line);
  if (!wide) return wide.error();
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = ::GetStdHandle(STD_INPUT_HANDLE);
  startup.hStdOutput = out;
  startup.hStdError = report;
  PROCESS_INFORMATION made{};
  if (!::CreateProcessW(nullptr, wide->data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                        &startup, &made)) {
    return last_error("CreateProcessW", writer.front());
  }
  ::CloseHandle(made.hThread);
  return Handle(made.hProcess);
}

DWORD available(HANDLE pipe) {
  DWORD count = 0;
  return ::PeekNamedPipe(pipe, nullptr, 0, nullptr, &count, nullptr) ? count : 0;
}

// Until the writer reports or is gone (true), or its pipe is full and no report comes (false).
Result<bool> wait_for_report(HANDLE process, HANDLE report, HANDLE full_pipe) {
  const Deadline deadline = Deadline::after(Milliseconds(20'000));
  Deadline grace = deadline;
  bool full = false;
  while (!deadline.passed()) {
    if (available(report) > 0) return true;
    if (::WaitForSingleObject(process, 1) == WAIT_OBJECT_0) return true;
    if (full_pipe != nullptr && !full && available(full_pipe) >= kQuota) {
      full = true;
      grace = Deadline::after(Milliseconds(500));
    }
    if (full && grace.passed()) return false;
  }
  return make_error("late_reader", std::errc::timed_out, "the writer neither ends nor waits");
}

std::string read_all(HANDLE from) {
  std::string text;
  std::string block(64 * 1024, '\0');
  DWORD count = 0;
  while (::ReadFile(from, block.data(), static_cast<DWORD>(block.size()), &count, nullptr) &&
         count > 0) {
    text.append(block, 0, count);
  }
  return text;  // ERROR_BROKEN_PIPE: the writer is gone, which is how a pipe ends here
}

}  // namespace

Result<LateReading> late_reader(Channel channel, const std::vector<std::string>& writer) {
  if (channel != Channel::file && channel != Channel::pipe) {
    return make_error("late_reader", std::errc::function_not_supported, "not measured on Windows");
  }
  const bool pipe = channel == Channel::pipe;
  Result<Ends> ends = pipe ? make_pipe(FILE_FLAG_OVERLAPPED) : make_file();
  if (!ends) return ends.error();
  Result<Ends> report = make_pipe(0);
  if (!report) return report.error();
  Result<Handle> process = start(writer, ends->writer.get(), report->writer.get());
  if (!process) return process.error();
  ends->writer.close();  // else the reader would never see the end
  report->writer.close();

  const Result<bool> reported =
      wait_for_report(process->get(), report->reader.get(), pipe ? ends->reader.get() : nullptr);
  if (!reported) {
    ::TerminateProcess(process->get(), 1);
    ::WaitForSingleObject(process->get(), INFINITE);
    return reported.error();
  }
  if (*reported) ::WaitForSingleObject(process->get(), INFINITE);
  LateReading seen;
  seen.arrived = read_all(ends->reader.get()).size();
  std::istringstream words(read_all(report->reader.get()));
  ::WaitForSingleObject(process->get(), INFINITE);
  if (!(words >> seen.taken >> seen.kept)) {
    return make_error("late_reader", std::errc::protocol_error, "no report: " + words.str());
  }
  seen.waited = pipe && seen.taken > kQuota;  // more than the pipe holds: it was read meanwhile
  return seen;
}

}  // namespace proclab::stdio
