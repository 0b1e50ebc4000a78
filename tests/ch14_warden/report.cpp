// tests/ch14 · a report as a number and as JSON.
#include "chapters/ch14_warden/report.h"

#include <gtest/gtest.h>

#include "chapters/ch11_channel/json.h"

namespace proclab::warden {
namespace {

TEST(ExitCode, IsTheCommandsOwnUnlessALimitEndedIt) {
  Report report;
  report.status.code = 7;
  EXPECT_EQ(exit_code(report), 7);
  report.ended = Ended::killed;
  report.status = {0, spawn::kKill, false};
  EXPECT_EQ(exit_code(report), 137);
  report.ended = Ended::stopped;
  EXPECT_EQ(exit_code(report), 137);
  for (const Ended limit :
       {Ended::wall, Ended::cpu, Ended::memory, Ended::output, Ended::file_size}) {
    report.ended = limit;
    EXPECT_EQ(exit_code(report), kLimitHit);
  }
}

TEST(ExitCode, TellsNotFoundFromNotRunnableFromOurOwnFailure) {
  EXPECT_EQ(exit_code(make_error("execve", std::errc::no_such_file_or_directory)), kNotFound);
  EXPECT_EQ(exit_code(make_error("execve", std::errc::permission_denied)), kCannotRun);
  EXPECT_EQ(exit_code(make_error("clone", std::errc::operation_not_permitted)), kFailed);
}

TEST(Json, SaysAllThatIsKnown) {
  Report report;
  report.ended = Ended::output;
  report.why = "said more than 5 bytes";
  report.status = {0, spawn::kKill, false};
  report.cpu = std::chrono::milliseconds(1500);
  report.survivors = {{42, "sh -c \"x\""}};
  report.layers = {{"cgroup", false, "mkdir: Read-only file system"}};
  const std::string text = to_json(report);
  EXPECT_EQ(text.back(), '\n');
  const Result<channel::Value> json = channel::parse_json(text);
  ASSERT_TRUE(json) << text;
  EXPECT_EQ(*json->find("ended"), channel::Value("output"));
  EXPECT_EQ(*json->find("signal"), channel::Value("SIGKILL"));
  EXPECT_TRUE(json->find("code")->is_null());
  EXPECT_EQ(*json->find("exit_code"), channel::Value(124));
  EXPECT_EQ(*json->find("cpu_seconds"), channel::Value(1.5));
  const channel::Value& survivor = json->find("survivors")->as_array()->at(0);
  EXPECT_EQ(*survivor.find("pid"), channel::Value(42));
  EXPECT_EQ(*survivor.find("command"), channel::Value("sh -c \"x\""));
  EXPECT_EQ(*json->find("layers")->as_array()->at(0).find("held"), channel::Value(false));
}

TEST(Json, HoldsACommandThatIsNoText) {
  Report report;
  report.survivors = {{1, "\xFF\xFE\"\n"}};
  const Result<channel::Value> json = channel::parse_json(to_json(report));
  ASSERT_TRUE(json);
  EXPECT_EQ(*json->find("survivors")->as_array()->at(0).find("command"),
            channel::Value("\xEF\xBF\xBD\xEF\xBF\xBD\"\n"));
}

TEST(Json, TellsAWardensFailureFromACommandThatIsNotThere) {
  const auto ended = [](const Error& error) {
    return *channel::parse_json(to_json(error))->find("ended")->as_string();
  };
  EXPECT_EQ(ended(make_error("execve", std::errc::no_such_file_or_directory)), "not_started");
  EXPECT_EQ(ended(make_error("guard", std::errc::owner_dead)), "failed");
}

}  // namespace
}  // namespace proclab::warden
