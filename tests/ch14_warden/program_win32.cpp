// tests/ch14 · what becomes of a tree when the program ch14_warden is killed: its job is closed.
#include <windows.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/family.h"
#include "tests/ch14_warden/folder.h"
#include "tests/ch14_warden/program.h"
#include "tests/support/deadline.h"

namespace proclab::warden {
namespace {

/// The warden around one that stays and one that fled.
struct Scene {
  pipes::Pipe out = *pipes::make_pipe();
  std::optional<spawn::Process> warden_process;
  std::vector<Handle> inside;  // the two, to wait for

  Scene() {
    spawn::Options program{
        .file = test::program("ch14_warden"),
        .args = {"--wall", "60", "--", test::program("ch14_hostile"), "flee", "stay"}};
    program.slots = {spawn::Slot::null(0), spawn::Slot::from(1, out.write.get())};
    warden_process.emplace(std::move(spawn::start(program)).value());
    out.write.close();
    char line[64];
    EXPECT_GT(pipes::read_some(out.read.get(), line, sizeof line).value(), 0U);  // it has fled
    for (const reaping::Member& one :
         reaping::below(*reaping::processes(), warden_process->pid())) {
      if (one.name != "ch14_hostile.exe") continue;
      inside.emplace_back(::OpenProcess(SYNCHRONIZE, FALSE, one.pid));
    }
  }
  void wait_until_all_are_gone() const {
    for (const Handle& one : inside) ::WaitForSingleObject(one.get(), INFINITE);
  }
};

TEST(Killed, TheWardenLeavesNothing) {
  const test::Waiting waiting("a tree to be gone", Milliseconds(40'000));
  Scene scene;
  ASSERT_EQ(scene.inside.size(), 2U);
  ASSERT_TRUE(scene.warden_process->kill());
  EXPECT_EQ(scene.warden_process->wait()->signal, spawn::kTerminate);
  scene.wait_until_all_are_gone();
}

TEST(Killed, ByItsOwnProgramItReportsNothingAndLeavesNothing) {
  const Folder folder("killed");
  // test::run() waits for the warden alone; who killed it ends with the job, or its output would stay open.
  const test::Ran ran = test::run(warden({"--wall", "30", "--report", folder.file("r.json"), "--",
                                          test::program("ch14_hostile"), "kill-parent"}));
  EXPECT_EQ(ran.code, 9);
  EXPECT_EQ(folder.entries(), 0U);
}

}  // namespace
}  // namespace proclab::warden
