// Chapter 4 · spawn: the checks, the search, the environment block and the handles, on Windows.
//
// What does CreateProcessW leave to its caller? Quoting, the search for the program, the order of the
// environment, and saying which handles go along. Read before: spawn.h, command_line.h.
// Meets: GetEnvironmentStringsW, GetFileAttributesW, DuplicateHandle, GetStdHandle.
#include "chapters/ch04_spawn/plan_win32.h"

#include <algorithm>
#include <cstring>

#include "chapters/ch04_spawn/command_line.h"
#include "chapters/ch04_spawn/environment.h"
#include "platform/text.h"
#include "platform/win32/wide.h"

namespace proclab::spawn {
namespace {

Error bad(const char* option, std::string why) {
  return make_error(option, std::errc::invalid_argument, std::move(why));
}

Error lacks(const char* option) {
  return make_error(option, std::errc::not_supported, "Windows has no such thing");
}

bool is_absolute(std::string_view path) {
  return (path.size() > 1 && path[1] == ':') || path.front() == '\\' || path.front() == '/';
}

/// A file, not a directory.
bool is_file(const std::string& path) {
  const Result<std::wstring> wide = to_wide(path);
  const DWORD attributes = wide ? ::GetFileAttributesW(wide->c_str()) : INVALID_FILE_ATTRIBUTES;
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

/// `path`, or with .com or .exe behind it: what CreateProcessW would have tried, and Node does.
std::string with_extension(const std::string& path) {
  const std::string name = path.substr(path.find_last_of("/\\:") + 1);
  if (name.find('.') != std::string::npos && is_file(path)) return path;
  for (const char* extension : {".com", ".exe"}) {
    if (is_file(path + extension)) return path + extension;
  }
  return is_file(path) ? path : std::string{};
}

}  // namespace

Result<std::unique_ptr<Plan>> Plan::make(const Options& options) {
  if (options.uid || options.gid) return lacks("uid");
  if (!options.user.empty()) return lacks("user");
  if (options.umask) return lacks("umask");
  if (!options.limits.empty()) return lacks("limits");
  if (options.die_with_parent) return lacks("die_with_parent");
  if (options.strategy != Strategy::automatic) return lacks("strategy");
  auto plan = std::make_unique<Plan>();
  if (Result<void> r = plan->add_texts(options); !r) return r.error();
  if (Result<void> r = plan->add_environment(options.env); !r) return r.error();
  if (Result<void> r = plan->find_program(options); !r) return r.error();
  if (Result<void> r = plan->add_slots(options.slots); !r) return r.error();
  return plan;
}

Result<void> Plan::add_texts(const Options& options) {
  if (options.file.empty()) return bad("file", "the program's name is empty");
  if (has_nul(options.file)) return bad("file", "a NUL in the program's name");
  if (has_nul(options.cwd)) return bad("cwd", "a NUL in the directory's name");
  const std::string argv0 = options.argv0.value_or(options.file);
  if (has_nul(argv0)) return bad("args", "a NUL in argv[0]");
  if (!options.verbatim_args && argv0.find('"') != std::string::npos) {
    return bad("args", "a quote in argv[0], which has no escape for it");
  }
  for (std::size_t i = 0; i < options.args.size(); ++i) {
    if (has_nul(options.args[i]))
      return bad("args", "a NUL in argv[" + std::to_string(i + 1) + "]");
  }
  const Result<std::wstring> line =
      to_wide(join_command_line(argv0, options.args, options.verbatim_args));
  if (!line) return bad("args", line.error().message());
  if (line->size() >= 32767) {  // CreateProcessW's limit, with the NUL; it would say only "invalid"
    return make_error("args", std::errc::argument_list_too_long,
                      std::to_string(line->size()) + " of at most 32766 UTF-16 units");
  }
  command_line = *line;
  const Result<std::wstring> directory = to_wide(options.cwd);
  if (!directory) return bad("cwd", directory.error().message());
  cwd = *directory;
  if (cwd.empty()) return {};
  const DWORD attributes = ::GetFileAttributesW(cwd.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) return last_error("chdir", options.cwd);
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
    return make_error("chdir", std::errc::not_a_directory, options.cwd);
  }
  return {};
}

//> environment-block
Result<void> Plan::add_environment(const Environment& wanted) {
  std::vector<std::string> ours;
  wchar_t* const block = ::GetEnvironmentStringsW();
  if (block == nullptr) return last_error("GetEnvironmentStringsW");
  for (const wchar_t* entry = block; *entry != L'\0'; entry += std::wcslen(entry) + 1) {
    ours.push_back(from_wide(entry));
  }
  ::FreeEnvironmentStringsW(block);
  Result<std::vector<std::string>> merged = merge_environment(std::move(ours), wanted, true);
  if (!merged) return merged.error();
  environment_lines_ = std::move(*merged);
  // Without SYSTEMROOT the child's DLLs do not load, and it dies without a word: Node adds it as well.
  if (wanted.empty && !environment_value(environment_lines_, "SYSTEMROOT", true)) {
    wchar_t root[MAX_PATH];
    const UINT size = ::GetWindowsDirectoryW(root, MAX_PATH);
    environment_lines_.push_back("SYSTEMROOT=" + from_wide(std::wstring_view(root, size)));
  }
  std::vector<std::wstring> lines;
  for (const std::string& line : environment_lines_) {
    const Result<std::wstring> wide = to_wide(line);
    if (!wide) return bad("env", wide.error().message());
    lines.push_back(*wide);
  }
  // Sorted by name, without case, by code unit: GetEnvironmentVariableW of some runtimes relies on it.
  std::stable_sort(lines.begin(), lines.end(), [](const std::wstring& a, const std::wstring& b) {
    const int a_name = static_cast<int>(a.find(L'=', 1)),
              b_name = static_cast<int>(b.find(L'=', 1));
    return ::CompareStringOrdinal(a.c_str(), a_name, b.c_str(), b_name, TRUE) == CSTR_LESS_THAN;
  });
  for (const std::wstring& line : lines) environment += line + L'\0';
  if (lines.empty()) environment += L'\0';
  environment += L'\0';
  return {};
}
//< environment-block

Result<void> Plan::find_program(const Options& options) {
  std::string found;
  const std::string& file = options.file;
  if (file.find_first_of("/\\:") != std::string::npos) {
    // Relative to the child's directory, as on POSIX; CreateProcessW would take the parent's.
    found =
        with_extension(options.cwd.empty() || is_absolute(file) ? file : options.cwd + "\\" + file);
  } else {
    // PATH only. CreateProcessW would look in the current directory first: whoever can write there
    // could plant a program.
    const std::string path = environment_value(environment_lines_, "PATH", true).value_or("");
    for (std::size_t begin = 0; begin < path.size() && found.empty();) {
      const std::size_t end = std::min(path.find(';', begin), path.size());
      if (end > begin) found = with_extension(path.substr(begin, end - begin) + "\\" + file);
      begin = end + 1;
    }
  }
  if (found.empty()) {
    const Result<std::wstring> wide = to_wide(file);
    const DWORD attributes = wide ? ::GetFileAttributesW(wide->c_str()) : INVALID_FILE_ATTRIBUTES;
    if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
      return make_error("CreateProcessW", std::errc::permission_denied, file + " is a directory");
    }
    return make_error("CreateProcessW", std::errc::no_such_file_or_directory, file);
  }
  // CVE-2024-24576: CreateProcessW hands a batch file to cmd.exe, which cuts the line by rules of its
  // own: an argument such as `"&calc` becomes a command. Node refuses too; use a shell and know it.
  if (is_batch_file(found)) {
    return make_error("file", std::errc::invalid_argument,
                      found + " is a batch file: cmd.exe would take arguments for commands");
  }
  const Result<std::wstring> wide = to_wide(found);
  if (!wide) return bad("file", wide.error().message());
  application = *wide;
  return {};
}

/// A copy that may be inherited. The caller's own handle stays as it is, so no other thread's
/// CreateProcess takes it along.
Result<HANDLE> Plan::inheritable(const Slot& slot) {
  HANDLE source = slot.source;
  if (slot.what == Slot::What::inherit) {
    if (slot.number > 2) return bad("slots", "only 0, 1 and 2 can be inherited by number");
    const DWORD names[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    source = ::GetStdHandle(names[slot.number]);
    if (source == nullptr || source == INVALID_HANDLE_VALUE) return HANDLE{nullptr};
  }
  if (slot.what == Slot::What::null) {
    SECURITY_ATTRIBUTES inherit{sizeof inherit, nullptr, TRUE};
    copies_.emplace_back(::CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                                       FILE_SHARE_READ | FILE_SHARE_WRITE, &inherit, OPEN_EXISTING,
                                       0, nullptr));
    if (!copies_.back()) return last_error("CreateFileW", "NUL");
    return copies_.back().get();
  }
  HANDLE copy = nullptr;
  if (!::DuplicateHandle(::GetCurrentProcess(), source, ::GetCurrentProcess(), &copy, 0, TRUE,
                         DUPLICATE_SAME_ACCESS)) {
    if (slot.what == Slot::What::inherit) return HANDLE{nullptr};
    return make_error(
        "slots", std::errc::bad_file_descriptor,
        "slot " + std::to_string(slot.number) + " is given a handle that is not open");
  }
  copies_.emplace_back(copy);
  return copy;
}

//> crt-block
Result<void> Plan::add_slots(const std::vector<Slot>& slots) {
  std::vector<std::optional<Slot>> table(3);
  for (const Slot& slot : slots) {
    if (slot.number < 0 || slot.number > 255) return bad("slots", "a slot is not in 0..255");
    const auto index = static_cast<std::size_t>(slot.number);
    if (table.size() <= index) table.resize(index + 1);
    if (table[index]) return bad("slots", "slot " + std::to_string(index) + " is given twice");
    table[index] = slot;
  }
  for (int i = 0; i <= 2; ++i) table[i] = table[i].value_or(Slot::inherit(i));
  // The child's C runtime makes its descriptor table of this: a count, then a byte of flags and a
  // handle for each descriptor, unaligned. Undocumented, unchanged for decades; Node relies on it.
  constexpr std::uint8_t kOpen = 0x01, kPipe = 0x08, kDevice = 0x40;
  const auto count = static_cast<std::uint32_t>(table.size());
  crt_block.assign(sizeof count + count * (1 + sizeof(HANDLE)), 0);
  std::memcpy(crt_block.data(), &count, sizeof count);
  for (std::uint32_t i = 0; i < count; ++i) {
    HANDLE handle = nullptr;
    if (table[i] && table[i]->what != Slot::What::closed) {
      Result<HANDLE> copy = inheritable(*table[i]);
      if (!copy) return copy.error();
      handle = *copy;
    }
    if (i <= 2) std_handles[i] = handle;
    std::uint8_t flags = 0;
    if (handle != nullptr) {
      inherited.push_back(handle);
      const DWORD type = ::GetFileType(handle);
      flags = kOpen | (type == FILE_TYPE_PIPE ? kPipe : type == FILE_TYPE_CHAR ? kDevice : 0);
    } else {
      handle = INVALID_HANDLE_VALUE;
    }
    crt_block[sizeof count + i] = flags;
    std::memcpy(&crt_block[sizeof count + count + i * sizeof handle], &handle, sizeof handle);
  }
  return {};
}
//< crt-block

}  // namespace proclab::spawn
