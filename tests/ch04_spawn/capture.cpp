// tests/ch04 · capture: the portable part.
#include "tests/ch04_spawn/capture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

std::filesystem::path to_path(const std::string& utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

std::string to_text(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

/// The probe's JSON string read back.
std::string from_json(const std::string& line) {
  std::string out;
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    if (line[i] != '\\') {
      out += line[i];
      continue;
    }
    switch (line[++i]) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case 'u':
        out += static_cast<char>(std::stoi(line.substr(i + 1, 4), nullptr, 16));
        i += 4;
        break;
      default: out += line[i];
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> Outcome::texts() const {
  std::vector<std::string> all;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) all.push_back(from_json(line));
  return all;
}

Outcome capture(Options options) {
  const test::Waiting waiting(options.file, Milliseconds(60'000));
  PipeEnds pipe = make_pipe();
  options.slots.push_back(Slot::from(1, pipe.write.get()));
  Result<Process> child = start(options);
  pipe.write.close();
  EXPECT_TRUE(child) << child.error().message();
  if (!child) return {{}, {}, child.error().message()};
  std::string out = test::unix_lines(drain(pipe.read));
  Result<ExitStatus> status = child->wait();
  EXPECT_TRUE(status) << status.error().message();
  return {status ? *status : ExitStatus{999, 0, false}, std::move(out), {}};
}

ExitStatus run_to_end(const Options& options) {
  const test::Waiting waiting(options.file, Milliseconds(60'000));
  Result<Process> child = start(options);
  EXPECT_TRUE(child) << child.error().message();
  if (!child) return {999, 0, false};
  Result<ExitStatus> status = child->wait();
  EXPECT_TRUE(status) << status.error().message();
  return status ? *status : ExitStatus{999, 0, false};
}

Folder::Folder() {
  static std::atomic<int> count{0};
  std::error_code none;
  do {
    path_ = to_text(std::filesystem::temp_directory_path() /
                    to_path("proclab 你好 " + process_tag() + "." + std::to_string(++count)));
  } while (!std::filesystem::create_directory(to_path(path_), none));
}

Folder::~Folder() {
  std::error_code none;
  std::filesystem::remove_all(to_path(path_), none);
}

std::string Folder::file(const std::string& name) const {
  return path_ + (kWindows ? "\\" : "/") + name;
}

std::string Folder::write(const std::string& name, const std::string& text, unsigned mode) const {
  std::string path = file(name);
  // A copy of another thread's fork may hold a file open for writing for a moment, and execve says
  // "text file busy" then: tests that start threads write their files before.
  std::ofstream(to_path(path), std::ios::binary) << text;
  std::filesystem::permissions(to_path(path), static_cast<std::filesystem::perms>(mode));
  return path;
}

std::string Folder::folder(const std::string& name) const {
  std::filesystem::create_directory(to_path(file(name)));
  return file(name);
}

std::string Folder::copy_program(const std::string& program, const std::string& name) const {
  std::string path = file(kWindows ? name + ".exe" : name);
  std::filesystem::copy_file(to_path(test::program(program)), to_path(path));
  return path;
}

}  // namespace proclab::spawn
