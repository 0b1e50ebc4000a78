// Chapter 4 · spawn: start() on Windows, from top to bottom.
//
// There is no fork: one call makes the process, loads the program and hands over the handles. What
// POSIX does in steps between fork and exec must be said beforehand, in structures. Read before:
// plan_win32.cpp. Meets: CreateProcessW, STARTUPINFOEXW, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
// PROC_THREAD_ATTRIBUTE_JOB_LIST.
#include <windows.h>

#include "chapters/ch04_spawn/plan_win32.h"
#include "chapters/ch04_spawn/spawn.h"

namespace proclab::spawn {
namespace {

//> handle-list
/// The one list that keeps a child from inheriting too much. bInheritHandles alone gives it *every*
/// inheritable handle of the process, also those that another thread has made for another child.
/// It also names the job that the child is born into: assigned later, it could start others before.
class HandleList {
 public:
  HandleList(std::vector<HANDLE>& handles, HANDLE job) : job_(job) {
    SIZE_T size = 0;
    ::InitializeProcThreadAttributeList(nullptr, 2, 0, &size);  // fails, and tells the size
    room_.resize(size);
    list_ = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(room_.data());
    if (!::InitializeProcThreadAttributeList(list_, 2, 0, &size)) {
      list_ = nullptr;
      return;
    }
    // An empty list means "no list", that is: everything. Then nothing must be inherited at all.
    ok_ = (handles.empty() || add(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles.data(),
                                  handles.size() * sizeof(HANDLE))) &&
          (job == nullptr || add(PROC_THREAD_ATTRIBUTE_JOB_LIST, &job_, sizeof job_));
  }
  ~HandleList() {
    if (list_ != nullptr) ::DeleteProcThreadAttributeList(list_);
  }
  HandleList(const HandleList&) = delete;
  HandleList& operator=(const HandleList&) = delete;
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST get() const { return list_; }

 private:
  bool add(DWORD_PTR attribute, void* value, std::size_t size) {
    return ::UpdateProcThreadAttribute(list_, 0, attribute, value, size, nullptr, nullptr) != FALSE;
  }

  std::vector<char> room_;
  HANDLE job_;  // the list keeps its address, not its value
  LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
  bool ok_ = false;
};
//< handle-list

DWORD creation_flags(const Options& options) {
  DWORD flags = CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT;
  if (options.attach != Attach::with_parent) flags |= CREATE_NEW_PROCESS_GROUP;
  if (options.attach == Attach::new_session) flags |= DETACHED_PROCESS;
  if (options.hide_window && options.attach != Attach::new_session) flags |= CREATE_NO_WINDOW;
  return flags;
}

}  // namespace

//> start
Result<Process> start(const Options& options) {
  Result<std::unique_ptr<Plan>> made = Plan::make(options);
  if (!made) return made.error();
  Plan& plan = **made;
  const HandleList list(plan.inherited, options.job);
  if (!list.ok()) return last_error("UpdateProcThreadAttribute");

  STARTUPINFOEXW info{};
  info.StartupInfo.cb = sizeof info;
  info.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  info.StartupInfo.hStdInput = plan.std_handles[0];
  info.StartupInfo.hStdOutput = plan.std_handles[1];
  info.StartupInfo.hStdError = plan.std_handles[2];
  info.StartupInfo.cbReserved2 = static_cast<WORD>(plan.crt_block.size());
  info.StartupInfo.lpReserved2 = plan.crt_block.data();
  info.lpAttributeList = list.get();
  if (options.hide_window) {
    info.StartupInfo.dwFlags |= STARTF_USESHOWWINDOW;
    info.StartupInfo.wShowWindow = SW_HIDE;
  }

  PROCESS_INFORMATION child{};
  if (!::CreateProcessW(plan.application.c_str(),
                        plan.command_line.data(),  // must be writable: CreateProcessW may cut it up
                        nullptr, nullptr, !plan.inherited.empty(), creation_flags(options),
                        plan.environment.data(), plan.cwd.empty() ? nullptr : plan.cwd.c_str(),
                        &info.StartupInfo, &child)) {
    if (::GetLastError() == ERROR_BAD_EXE_FORMAT) {
      return make_error("CreateProcessW", std::errc::executable_format_error,
                        options.file + " is no program of this system");
    }
    return last_error("CreateProcessW", options.file);
  }
  ::CloseHandle(child.hThread);
  return Process(child.dwProcessId, Handle(child.hProcess));
}
//< start

}  // namespace proclab::spawn
