// tests/ch14 · the program ch14_warden, on both systems: its codes, what it passes on, and its report.
#include "tests/ch14_warden/program.h"

#include "tests/ch14_warden/folder.h"

namespace proclab::warden {
namespace {

TEST(Program, GivesTheStatusBack) {
  const std::string probe = test::program("probe");
  EXPECT_EQ(test::run(warden({"--", probe, "exit", "7"})).code, 7);
  EXPECT_EQ(test::run(warden({"--", probe, "die", "SIGSEGV"})).code, 139);
  EXPECT_EQ(test::run(warden({"--", "/no/such/program"})).code, 127);
  EXPECT_EQ(test::run(warden({"--", PROCLAB_SOURCE "/README.md"})).code, 126);
  EXPECT_EQ(test::run(warden({"--wall", "never", "--", probe, "exit", "0"})).code, 125);
  EXPECT_EQ(test::run(warden({probe, "exit", "0"})).code, 125);
  EXPECT_EQ(test::run(warden({"--wall", "0.05", "--", test::program("ch14_hostile"), "deaf"})).code,
            124);
}

TEST(Program, PassesBothStreamsOnAndStdinWhenAsked) {
  const std::string probe = test::program("probe");
  const test::RunOptions some{.input = "some input\n"};
  EXPECT_EQ(test::run(warden({"--stdin", "--", probe, "cat"}), some).out, "some input\n");
  EXPECT_EQ(test::run(warden({"--", probe, "cat"}), some).out, "");
  const test::Ran ran = test::run(warden({"--", probe, "flood", "3", "--stderr"}));
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "012");
}

TEST(Program, PassesAMegabyteOnAndHeedsTheLimit) {
  const std::string probe = test::program("probe");
  const test::Ran all = test::run(warden({"--", probe, "flood", "1000000"}));
  EXPECT_EQ(all.out.size(), 1'000'000U);
  const test::Ran cut =
      test::run(warden({"--output", "0.5", "--", test::program("ch14_hostile"), "flood"}));
  EXPECT_EQ(cut.out.size(), 524'288U);
  EXPECT_EQ(cut.code, 124);
  EXPECT_EQ(test::unix_lines(cut.err), "ch14_warden: said more than 524288 bytes\n");
}

TEST(Program, ReportsAsJson) {
  const Folder folder("json");
  const std::string path = folder.file("r.json");
  const test::Ran ran = test::run(
      warden({"--wall", "10", "--report", path, "--", test::program("ch14_hostile"), "flee"}));
  EXPECT_EQ(ran.code, 0) << ran.err;
  const channel::Value json = json_of(folder.read("r.json"));
  EXPECT_EQ(*json.find("ended"), channel::Value("exited"));
  EXPECT_EQ(*json.find("code"), channel::Value(0));
  EXPECT_EQ(*json.find("output_bytes"), channel::Value(ran.out.size()));
  EXPECT_EQ(*json.find("swept"), channel::Value(true));
  ASSERT_EQ(json.find("survivors")->as_array()->size(), 1U);
  const channel::Value& fled = json.find("survivors")->as_array()->at(0);
  EXPECT_NE(fled.find("command")->as_string()->find("ch14_hostile"), std::string::npos);
  EXPECT_FALSE(json.find("layers")->as_array()->empty());
}

TEST(Program, ReportsALimitAndWhoCouldNotBeStarted) {
  const Folder folder("ends");
  const std::string path = folder.file("r.json"), hostile = test::program("ch14_hostile");
  (void)test::run(warden({"--wall", "0.05", "--report", path, "--", hostile, "deaf"}));
  const channel::Value wall = json_of(folder.read("r.json"));
  EXPECT_EQ(*wall.find("ended"), channel::Value("wall"));
  EXPECT_EQ(*wall.find("signal"), channel::Value("SIGKILL"));
  EXPECT_EQ(*wall.find("exit_code"), channel::Value(124));
  (void)test::run(warden({"--report", path, "--", "/no/such/program"}));
  EXPECT_EQ(*json_of(folder.read("r.json")).find("ended"), channel::Value("not_started"));
  EXPECT_EQ(test::run(warden({"--report", folder.file("none/r.json"), "--", hostile})).code, 125);
}

}  // namespace
}  // namespace proclab::warden
