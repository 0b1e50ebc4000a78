// Chapter 4 · refusals: everything that start() says no to, and what it says.
//
// Look for: the word before the colon. It is the step that failed: an option that makes no sense, or
// the system call. "No such file or directory" alone would not tell a missing program from a missing
// directory, nor from a script whose interpreter is missing.
//
// Run: ch04_refusals
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/self.h"

using namespace proclab;
using spawn::Slot;

static void try_it(const char* what, const spawn::Options& options) {
  Result<spawn::Process> child = spawn::start(options);
  if (child) {
    (void)child->wait();
    std::printf("%-24s it started, and should not have\n", what);
  } else {
    std::printf("%-24s %s\n", what, child.error().message().c_str());
  }
}

static void write_executable(const char* path, const char* text) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch04_refusals\nTries what cannot be started, and prints why."), 0;
  }
  if (!fill_std_slots()) return 125;
  const Result<std::string> self = self_path();
  if (!self) return 1;
  std::ofstream("notes.txt") << "just text";
  write_executable("notes", "just text");
  write_executable("script", "#!/no/such/interpreter\n");

  using std::string_literals::operator""s;
  try_it("no name", {.file = ""});
  try_it("a NUL in an argument", {.file = *self, .args = {"safe\0evil"s}});
  try_it("a '=' in a name", {.file = *self, .env = {.changes = {{"A=B", "C"}}}});
  try_it("one slot twice", {.file = *self, .slots = {Slot::null(1), Slot::null(1)}});
  try_it("no such program", {.file = "./nowhere"});
  try_it("nowhere in PATH", {.file = "no-such-program"});
  try_it("no such directory", {.file = *self, .cwd = "nowhere"});
  try_it("a directory", {.file = "./."});
  try_it("a text file", {.file = "./notes.txt"});
  try_it("the same, executable", {.file = "./notes"});
  try_it("a script of nobody's", {.file = "./script"});
  return 0;
}
