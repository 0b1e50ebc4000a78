// tests/ch04 · capture on Windows.
#include <gtest/gtest.h>

#include <windows.h>

#include "platform/win32/wide.h"
#include "tests/ch04_spawn/capture.h"

namespace proclab::spawn {

PipeEnds make_pipe() {
  HANDLE read = nullptr, write = nullptr;
  EXPECT_TRUE(::CreatePipe(&read, &write, nullptr, 0));
  return {Handle(read), Handle(write)};
}

std::string drain(const Handle& read_end) {
  std::string all;
  std::string block(65536, '\0');
  DWORD got = 0;
  while (
      ::ReadFile(read_end.get(), block.data(), static_cast<DWORD>(block.size()), &got, nullptr) &&
      got > 0) {
    all.append(block, 0, got);
  }
  return all;
}

void feed(const Handle& write_end, const std::string& text) {
  DWORD sent = 0;
  EXPECT_TRUE(
      ::WriteFile(write_end.get(), text.data(), static_cast<DWORD>(text.size()), &sent, nullptr));
}

std::string process_tag() { return std::to_string(::GetCurrentProcessId()); }

void set_env(const std::string& name, const std::optional<std::string>& value) {
  const Result<std::wstring> wide = to_wide(value.value_or(""));
  ::SetEnvironmentVariableW(to_wide(name)->c_str(), value ? wide->c_str() : nullptr);
}

}  // namespace proclab::spawn
