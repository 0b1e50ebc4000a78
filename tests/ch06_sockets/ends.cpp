// tests/ch06 · ends: see ends.h.
#include "tests/ch06_sockets/ends.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "chapters/ch01_process/identity.h"
#include "tests/support/run.h"

namespace proclab::sockets {
namespace {

std::string shown_error(const Error& why) { return "<" + why.message() + ">"; }

}  // namespace

std::string next(NativeHandle end, std::size_t most) {
  std::string room(most, '\0');
  const Result<std::size_t> got = receive(end, room, soon());
  if (!got) return shown_error(got.error());
  return *got == 0 ? "<end>" : room.substr(0, *got);
}

std::string rest(NativeHandle end) {
  std::string all;
  std::string room(65536, '\0');
  for (;;) {
    const Result<std::size_t> got = receive(end, room, soon());
    if (!got) return all + shown_error(got.error());
    if (*got == 0) return all;
    all.append(room, 0, *got);
  }
}

PeerProcess start_peer(const std::vector<std::string>& args) {
  Result<Pair> ends = pair();
  EXPECT_TRUE(ends) << ends.error().message();
  spawn::Options options;
  options.file = test::program("ch06_peer");
  options.args = args;
  options.slots = {spawn::Slot::from(3, ends->second.get())};
  Result<spawn::Process> child = spawn::start(options);
  EXPECT_TRUE(child) << child.error().message();
  return {std::move(ends->first), std::move(*child)};
}

Folder::Folder() {
  static std::atomic<int> count{0};
  const std::string tag = std::to_string(process::pid()) + "." + std::to_string(++count);
  path_ = kWindows ? "\\\\.\\pipe\\proclab-test-" + tag + "-" : "/tmp/pl6." + tag;
  if (!kWindows) std::filesystem::create_directory(path_);
}

Folder::~Folder() {
  std::error_code none;
  if (!kWindows) std::filesystem::remove_all(path_, none);
}

std::string Folder::name(const std::string& last) const {
  return path_ + (kWindows ? "" : "/") + last;
}

}  // namespace proclab::sockets
