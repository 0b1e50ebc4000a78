// Chapter 14 · hostile: one program that misbehaves in one way at a time, for the warden to deal with.
//
// Look for: to flee, here, is to ask for a place outside of the job. Nothing here is without an end of its own:
// a bomb has so many starts. What each way does to the warden is seen there: ch14_warden.
//
// Run: ch14_hostile --help
#include <windows.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "platform/handle.h"
#include "platform/self.h"
#include "platform/win32/wide.h"

using namespace proclab;

namespace {

constexpr std::size_t kMib = 1024 * 1024;

int number(const std::string& text, int otherwise) {
  const int value = std::atoi(text.c_str());
  return value > 0 ? value : otherwise;
}

/// Hears no Ctrl-C, and has no other ears.
[[noreturn]] void stay_deaf() {
  ::SetConsoleCtrlHandler(nullptr, TRUE);
  for (;;) ::Sleep(INFINITE);
}

[[noreturn]] void spin() {
  std::atomic<unsigned> turns{0};
  for (;;) turns.fetch_add(1, std::memory_order_relaxed);
}

/// Until nobody reads any more.
int flood(int slot) {
  const std::string line = std::string(63, 'x') + "\n";
  const HANDLE out = ::GetStdHandle(slot == 2 ? STD_ERROR_HANDLE : STD_OUTPUT_HANDLE);
  DWORD put = 0;
  while (::WriteFile(out, line.data(), static_cast<DWORD>(line.size()), &put, nullptr)) continue;
  return 1;
}

int crash() {
  volatile int* volatile nowhere = nullptr;
  return *nowhere;
}

/// This program once more. Its parent lets go of it.
Result<spawn::Process> start_another(std::vector<std::string> words,
                                     NativeHandle output = kNoHandle) {
  spawn::Options options;
  options.file = self_path().value();
  options.args = std::move(words);
  if (output != kNoHandle) options.slots = {spawn::Slot::from(1, output)};
  return spawn::start(options);
}

//> flee
/// Outside of the job when that is granted; else as far away as it gets: no console, a group of its own, and a
/// parent that is gone. It keeps stdout, so whoever waits for the end of that pipe waits for it.
int flee(const std::string& how) {
  std::wstring line = to_wide(self_path().value()).value();
  line = L"\"" + line + (how == "spin" ? L"\" spin" : L"\" deaf");
  STARTUPINFOW info{};
  info.cb = sizeof info;
  info.dwFlags = STARTF_USESTDHANDLES;
  info.hStdOutput = info.hStdError = ::GetStdHandle(STD_OUTPUT_HANDLE);
  PROCESS_INFORMATION fled{};
  for (const DWORD leave : {DWORD{CREATE_BREAKAWAY_FROM_JOB}, DWORD{0}}) {
    if (::CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE,
                         leave | DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP, nullptr, nullptr,
                         &info, &fled)) {
      std::puts(leave != 0 ? "it has fled, and left the job" : "it has fled");
      std::fflush(stdout);
      if (how == "stay") stay_deaf();
      return 0;
    }
  }
  return 1;
}
//< flee

/// A MiB at a time: committed, which is what a job counts, and touched.
bool take_memory(int mib) {
  for (int i = 0; i < mib; ++i) {
    void* block = ::VirtualAlloc(nullptr, kMib, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (block == nullptr) return false;
    auto* bytes = static_cast<volatile char*>(block);
    for (std::size_t at = 0; at < kMib; at += 4096) bytes[at] = 1;
  }
  return true;
}

/// One of many: says 'g' when it has got it, 'r' when it was refused, and holds it.
[[noreturn]] void hold(int mib) {
  std::putchar(take_memory(mib) ? 'g' : 'r');
  std::fflush(stdout);
  stay_deaf();  // all of them shall have it at the same time
}

int memory(int mib, int children) {
  if (children <= 1) return std::puts(take_memory(mib) ? "got it" : "refused"), 0;
  pipes::Pipe answers = *pipes::make_pipe();
  std::vector<spawn::Process> holders;
  for (int i = 0; i < children; ++i) {
    Result<spawn::Process> holder =
        start_another({"hold", std::to_string(mib)}, answers.write.get());
    if (holder) holders.push_back(std::move(*holder));
  }
  answers.write.close();
  int got = 0;
  char answer = 0;
  for (std::size_t i = 0; i < holders.size(); ++i) {
    const Result<std::size_t> size = pipes::read_some(answers.read.get(), &answer, 1);
    got += size && *size == 1 && answer == 'g' ? 1 : 0;
  }
  std::printf("%d of %d got their %d MiB\n", got, children, mib);
  std::fflush(stdout);
  for (spawn::Process& holder : holders) {
    if (holder.kill()) (void)holder.wait();
  }
  return 0;
}

int starts(int wanted) {
  int got = 0;
  for (; got < wanted; ++got) {
    Result<spawn::Process> child = start_another({"deaf"});
    if (!child) break;
    child->disown();
  }
  std::printf("%d of %d starts\n", got, wanted);
  return 0;
}

//> bomb
/// Starts two others, who share the starts that are left, and ends: who looks for it finds its children.
int bomb(int left) {
  for (const int share : {left / 2, left - left / 2 - 1}) {
    if (share < 1) continue;
    Result<spawn::Process> child = start_another({"bomb", std::to_string(share)});
    if (child) child->disown();
  }
  return 0;
}
//< bomb

int kill_parent() {
  const Result<Pid> pid = process::parent_pid();
  const Handle parent(pid ? ::OpenProcess(PROCESS_TERMINATE, FALSE, *pid) : nullptr);
  if (parent && ::TerminateProcess(parent.get(), 9)) stay_deaf();
  return 1;
}

int usage(int code) {
  std::puts(
      "usage: ch14_hostile WAY [N [M]]\n"
      "  sleep         waits for ever               deaf      the same, hears no Ctrl-C\n"
      "  spin          uses the CPU                 crash     reads where nothing is\n"
      "  flood [2]     writes for ever              flee      leaves one behind;\n"
      "                flee spin: that spins; flee stay: it stays itself, too\n"
      "  memory N M    N MiB in each of M children  starts N  as many as it gets\n"
      "  bomb N        N starts, each starts again\n"
      "  kill-parent   TerminateProcess for who started it");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string way = argc > 1 ? argv[1] : "";
  const std::string first = argc > 2 ? argv[2] : "", second = argc > 3 ? argv[3] : "";
  if (way == "sleep") ::Sleep(INFINITE);
  if (way == "deaf") stay_deaf();
  if (way == "spin") spin();
  if (way == "crash") return crash();
  if (way == "flood") return flood(number(first, 1));
  if (way == "flee") return flee(first);
  if (way == "memory") return memory(number(first, 16), number(second, 1));
  if (way == "hold") hold(number(first, 16));
  if (way == "starts") return starts(number(first, 100));
  if (way == "bomb") return bomb(number(first, 100));
  if (way == "kill-parent") return kill_parent();
  return usage(way == "--help" ? 0 : 2);
}
