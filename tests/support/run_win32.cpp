// tests/support · run on Windows: CreateProcessW with exactly the handles meant for the child, in a
// job, and one loop that waits for the exit and three pipes at once.
//
// Read run.h first. Anonymous pipes cannot be waited for; ours are named, each with an overlapped end
// here and a plain one there, so the child cannot tell. Under Wine a pipe never fills: a child that
// floods a pipe which nobody reads does not block there, as it would on Windows.
#include <windows.h>

#include <algorithm>
#include <atomic>

#include "platform/handle.h"
#include "platform/win32/wide.h"
#include "tests/support/run.h"

namespace proclab::test {
namespace {

/// One of the child's three pipes: our end, the child's end, and the one operation under way.
struct Pipe {
  Handle ours;
  Handle theirs;
  Handle done;  // an event, set when the operation is over
  OVERLAPPED operation{};
  bool under_way = false;
  std::string buffer = std::string(65536, '\0');
};

bool open_pipe(Pipe& pipe, bool child_reads) {
  static std::atomic<unsigned> serial{0};
  const std::wstring name = L"\\\\.\\pipe\\proclab-run-" +
                            std::to_wstring(::GetCurrentProcessId()) + L"-" +
                            std::to_wstring(++serial);
  const DWORD direction = child_reads ? PIPE_ACCESS_OUTBOUND : PIPE_ACCESS_INBOUND;
  pipe.ours = Handle(::CreateNamedPipeW(
      name.c_str(), direction | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
      PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 65536, 65536, 0, nullptr));
  SECURITY_ATTRIBUTES inheritable{sizeof inheritable, nullptr, TRUE};
  pipe.theirs = Handle(::CreateFileW(name.c_str(), child_reads ? GENERIC_READ : GENERIC_WRITE, 0,
                                     &inheritable, OPEN_EXISTING, 0, nullptr));
  pipe.done = Handle(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  return pipe.ours && pipe.theirs && pipe.done;
}

/// Starts reading, unless the pipe has come to its end.
void start_read(Pipe& pipe) {
  if (!pipe.ours || pipe.under_way) return;
  pipe.operation = {};
  pipe.operation.hEvent = pipe.done.get();
  pipe.under_way = ::ReadFile(pipe.ours.get(), pipe.buffer.data(),
                              static_cast<DWORD>(pipe.buffer.size()), nullptr, &pipe.operation) ||
                   ::GetLastError() == ERROR_IO_PENDING;
  if (!pipe.under_way) pipe.ours.close();
}

void start_write(Pipe& pipe, const std::string& input, std::size_t fed) {
  if (fed == input.size()) pipe.ours.close();
  if (!pipe.ours || pipe.under_way) return;
  pipe.operation = {};
  pipe.operation.hEvent = pipe.done.get();
  const auto size = static_cast<DWORD>(std::min<std::size_t>(input.size() - fed, 65536));
  pipe.under_way =
      ::WriteFile(pipe.ours.get(), input.data() + fed, size, nullptr, &pipe.operation) ||
      ::GetLastError() == ERROR_IO_PENDING;
  if (!pipe.under_way) pipe.ours.close();  // the child does not want the rest
}

/// Bytes that the operation moved; 0 while it is under way. At the pipe's end it is closed.
DWORD finish(Pipe& pipe, bool wait = false) {
  DWORD moved = 0;
  if (!pipe.under_way) return 0;
  if (!::GetOverlappedResult(pipe.ours.get(), &pipe.operation, &moved, wait)) {
    if (::GetLastError() == ERROR_IO_INCOMPLETE) return 0;
    moved = 0;
    pipe.ours.close();
  }
  pipe.under_way = false;
  return moved;
}

/// Ends what is under way: the kernel must not write into a buffer that is gone.
DWORD cancel(Pipe& pipe) {
  if (pipe.under_way) ::CancelIoEx(pipe.ours.get(), &pipe.operation);
  return finish(pipe, true);
}

/// What the child has left in its pipe, never to its end: a grandchild may hold that.
void drain(Pipe& pipe, std::string& text) {
  text.append(pipe.buffer, 0, cancel(pipe));
  for (DWORD there = 0; pipe.ours && text.size() < (1u << 30);) {
    if (!::PeekNamedPipe(pipe.ours.get(), nullptr, 0, nullptr, &there, nullptr) || there == 0)
      return;
    start_read(pipe);
    text.append(pipe.buffer, 0, finish(pipe, true));
  }
}

/// The rules of the C runtime's parser: backslashes count double before a quote, and only there.
std::string quoted(const std::string& arg) {
  if (!arg.empty() && arg.find_first_of(" \t\n\v\"") == std::string::npos) return arg;
  std::string out = "\"";
  std::size_t slashes = 0;
  for (const char c : arg) {
    if (c == '"') out.append(slashes + 1, '\\');
    slashes = c == '\\' ? slashes + 1 : 0;
    out += c;
  }
  return out.append(slashes, '\\') + '"';
}

std::wstring wide(const std::string& text) {
  Result<std::wstring> out = to_wide(text);
  return out ? *out : L"?";
}

std::wstring environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  const auto same_name = [](const std::wstring& a, const std::wstring& b) {
    return ::CompareStringOrdinal(a.data(), static_cast<int>(a.find(L'=', 1)), b.data(),
                                  static_cast<int>(b.find(L'=', 1)), TRUE) == CSTR_EQUAL;
  };
  std::vector<std::wstring> entries;
  wchar_t* block = ::GetEnvironmentStringsW();
  for (const wchar_t* entry = block; *entry != L'\0'; entry += std::wcslen(entry) + 1) {
    entries.emplace_back(entry);
  }
  ::FreeEnvironmentStringsW(block);
  for (const auto& [name, value] : added) {
    const std::wstring entry = wide(name + "=" + value);
    std::erase_if(entries, [&](const std::wstring& old) { return same_name(old, entry); });
    entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(), [](const std::wstring& a, const std::wstring& b) {
    return ::CompareStringOrdinal(a.data(), -1, b.data(), -1, TRUE) == CSTR_LESS_THAN;
  });
  std::wstring out;
  for (const std::wstring& entry : entries) out += entry + L'\0';
  return out + L'\0';
}

/// PROC_THREAD_ATTRIBUTE_LIST with the handles that the child gets and the job it is born into.
class Attributes {
 public:
  Attributes(std::vector<HANDLE> handles, HANDLE job) : handles_(std::move(handles)), job_(job) {
    SIZE_T size = 0;
    ::InitializeProcThreadAttributeList(nullptr, 2, 0, &size);
    room_.resize(size);
    ::InitializeProcThreadAttributeList(list(), 2, 0, &size);
    ::UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                handles_.size() * sizeof(HANDLE), nullptr, nullptr);
    ::UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, &job_, sizeof job_,
                                nullptr, nullptr);
  }
  ~Attributes() { ::DeleteProcThreadAttributeList(list()); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  LPPROC_THREAD_ATTRIBUTE_LIST list() {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(room_.data());
  }

 private:
  std::vector<HANDLE> handles_;  // the list keeps only a pointer to these
  HANDLE job_;
  std::vector<char> room_;
};

Ran not_started(const std::string& program, const char* call) {
  Ran ran;
  ran.code = 127;
  ran.err = last_error(call, program).message() + "\n";
  return ran;
}

Result<Handle> start(const std::vector<std::string>& argv, const RunOptions& options,
                     Pipe (&pipes)[3], HANDLE job) {
  std::string line;
  for (const std::string& arg : argv) line += (line.empty() ? "" : " ") + quoted(arg);
  std::wstring wide_line = wide(line), env = environment_with(options.env), cwd = wide(options.cwd);

  std::vector<HANDLE> handles;
  for (const Pipe& pipe : pipes) handles.push_back(pipe.theirs.get());
  for (const HANDLE handle : options.inherit) {
    ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    if (std::find(handles.begin(), handles.end(), handle) == handles.end())
      handles.push_back(handle);
  }
  Attributes attributes(handles, job);
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = pipes[0].theirs.get();
  startup.StartupInfo.hStdOutput = pipes[1].theirs.get();
  startup.StartupInfo.hStdError = pipes[2].theirs.get();
  startup.lpAttributeList = attributes.list();
  PROCESS_INFORMATION process{};
  const BOOL started =
      ::CreateProcessW(wide(argv[0]).c_str(), wide_line.data(), nullptr, nullptr, TRUE,
                       CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT, env.data(),
                       cwd.empty() ? nullptr : cwd.c_str(), &startup.StartupInfo, &process);
  const DWORD error = ::GetLastError();
  for (const HANDLE handle : options.inherit) {
    ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0);
  }
  for (Pipe& pipe : pipes) pipe.theirs.close();
  ::SetLastError(error);
  if (!started) return last_error("CreateProcessW", argv[0]);
  ::CloseHandle(process.hThread);
  return Handle(process.hProcess);
}

/// Waits for the child's exit with all pipes moving. False: the deadline passed first.
bool serve(HANDLE process, Pipe (&pipes)[3], const RunOptions& options, Ran& ran) {
  const Deadline deadline = Deadline::after(options.deadline);
  std::size_t fed = 0;
  for (;;) {
    start_write(pipes[0], options.input, fed);
    start_read(pipes[1]);
    start_read(pipes[2]);
    HANDLE waits[4] = {process};
    DWORD count = 1;
    for (const Pipe& pipe : pipes) {
      if (pipe.under_way) waits[count++] = pipe.done.get();
    }
    const DWORD got =
        ::WaitForMultipleObjects(count, waits, FALSE, static_cast<DWORD>(deadline.poll_timeout()));
    fed += finish(pipes[0]);
    ran.out.append(pipes[1].buffer, 0, finish(pipes[1]));
    ran.err.append(pipes[2].buffer, 0, finish(pipes[2]));
    if (got == WAIT_OBJECT_0) return true;
    if (got == WAIT_FAILED || deadline.passed()) return false;
  }
}

}  // namespace

Ran run(const std::vector<std::string>& argv, const RunOptions& options) {
  Pipe pipes[3];
  for (int i = 0; i < 3; ++i) {
    if (!open_pipe(pipes[i], i == 0)) return not_started(argv[0], "CreateNamedPipeW");
  }
  const Handle job(::CreateJobObjectW(nullptr, nullptr));
  Result<Handle> process = start(argv, options, pipes, job.get());
  Ran ran;
  if (!process) {
    ran.code = 127;
    ran.err = process.error().message() + "\n";
    return ran;
  }
  if (!serve(process->get(), pipes, options, ran)) {
    ran.timed_out = true;
    ::TerminateJobObject(job.get(), 1);  // the child, and all that it started
    ::WaitForSingleObject(process->get(), INFINITE);
  }
  cancel(pipes[0]);
  drain(pipes[1], ran.out);
  drain(pipes[2], ran.err);
  if (ran.timed_out) {
    ran.err += "run: waited " + std::to_string(options.deadline.count()) + " ms for " + argv[0] +
               ", then killed it\n";
  } else {
    DWORD code = 0;
    ::GetExitCodeProcess(process->get(), &code);
    ran.code = static_cast<int>(code);
  }
  return ran;
}

}  // namespace proclab::test
