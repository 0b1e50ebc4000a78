// tests/ch09 · folders and actors, the same on every system.
#include "tests/ch09_daemon/scene.h"

#include <atomic>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch05_pipes/pipe.h"
#include "tests/support/run.h"

namespace proclab::daemon {

Folder::Folder() {
  static std::atomic<int> count{0};
  path_ = (std::filesystem::temp_directory_path() /
           ("ch09_" + std::to_string(process::pid()) + "_" + std::to_string(++count)))
              .string();
  std::filesystem::create_directory(path_);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::file(const std::string& name) const {
  return path_ + (kWindows ? "\\" : "/") + name;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
    ++count;
  }
  return count;
}

std::string Actor::line() {
  for (;;) {
    const std::size_t end = text.find('\n');
    if (end != std::string::npos) {
      std::string line = text.substr(0, end);
      text.erase(0, end + 1);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    char room[4096];
    const Result<std::size_t> got = pipes::read_some(from.get(), room, sizeof room);
    if (!got || *got == 0) return {};
    text.append(room, *got);
  }
}

spawn::ExitStatus Actor::end() {
  to.close();
  const Result<spawn::ExitStatus> status = process.wait();
  return status ? *status : spawn::ExitStatus{255, 0, false};
}

void Actor::kill() {
  (void)process.kill(spawn::kKill);
  (void)process.wait();
}

Actor act(const std::vector<std::string>& args, std::vector<spawn::Slot> more_slots) {
  pipes::Pipe in = pipes::make_pipe().value(), out = pipes::make_pipe().value();
  spawn::Options options = actor(args);
  options.slots = std::move(more_slots);
  options.slots.push_back(spawn::Slot::from(0, in.read.get()));
  options.slots.push_back(spawn::Slot::from(1, out.write.get()));
  return {spawn::start(options).value(), std::move(in.write), std::move(out.read), {}};
}

spawn::Options actor(const std::vector<std::string>& args) {
  spawn::Options options;
  options.file = test::program("ch09_actor");
  options.args = args;
  return options;
}

}  // namespace proclab::daemon
