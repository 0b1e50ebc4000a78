// tests/lab · judge: the main program of every judge: its words, its tests, a line of JSON for each.
//
// Meets: prctl(PR_SET_DUMPABLE); PR_SET_CHILD_SUBREAPER and PR_SET_PDEATHSIG by chapter 8; signal. Read judge.h first.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/parent.h"
#include "tests/lab/judge.h"

namespace proclab::lab {
namespace {

struct Words {
  std::string program;
  std::vector<std::string> wrap, only;
  std::uint64_t seed = 1;
  int report = 1;
  bool list = false;
};

bool read_words(int argc, char** argv, Words& words) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--list") {
      words.list = true;
      continue;
    }
    if (++i == argc) return false;
    if (word == "--program")
      words.program = argv[i];
    else if (word == "--wrap")
      words.wrap.emplace_back(argv[i]);
    else if (word == "--only")
      words.only.emplace_back(argv[i]);
    else if (word == "--seed")
      words.seed = std::strtoull(argv[i], nullptr, 10);
    else if (word == "--report")
      words.report = std::atoi(argv[i]);
    else
      return false;
  }
  return words.list || !words.program.empty();
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) std::exit(3);  // nobody listens: then there is nobody to judge for
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// A directory for one test, which any user may write into: the program may be another one.
struct Folder {
  std::string path;

  Folder() {
    const char* base = std::getenv("TMPDIR");
    std::string name = std::string(base != nullptr ? base : "/tmp") + "/lab-test-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr || ::chmod(name.c_str(), 0777) == -1) return;
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove_all(path, ignored);  // follows no link
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

}  // namespace

int judge_main(int argc, char** argv, const std::vector<Test>& tests) {
  Words words;
  if (!read_words(argc, argv, words)) {
    std::fputs(
        "usage: lab_NAME --program PATH [--wrap WORD]... [--seed N] [--only TEST]... "
        "[--report FD]\n       lab_NAME --list\n",
        stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  ::fcntl(words.report, F_SETFD, FD_CLOEXEC);  // verdicts are ours to write, and nobody else's
  // Verdicts are nobody else's to write: a program of the same user cannot open what a process has that is not
  // dumpable, nor trace it. And a grader that was killed leaves no judge.
  ::prctl(PR_SET_DUMPABLE, 0);
  (void)reaping::die_with_parent(::getppid(), SIGKILL);
  if (const auto adopted = reaping::adopt_orphans(); !adopted) {
    std::fprintf(stderr, "%s\n", adopted.error().message().c_str());
    return 3;
  }
  for (const Test& test : tests) {
    if (words.list) {
      std::puts(test.name);
      continue;
    }
    if (!words.only.empty() &&
        std::find(words.only.begin(), words.only.end(), test.name) == words.only.end()) {
      continue;
    }
    const Folder folder;
    if (folder.path.empty()) {
      std::perror("mkdtemp");
      return 3;
    }
    // Each test draws from the seed anew, so that --only gives it the same inputs.
    Judge judge(words.program, words.wrap, words.seed ^ std::hash<std::string_view>{}(test.name),
                folder.path);
    const auto start = std::chrono::steady_clock::now();
    Verdict verdict = test.run(judge);
    if (!judge.fault().empty()) verdict = fault(judge.fault());
    const auto took = std::chrono::steady_clock::now() - start;
    write_all(words.report,
              to_json(test.name, verdict, std::chrono::duration_cast<Milliseconds>(took).count()));
  }
  return 0;
}

}  // namespace proclab::lab
