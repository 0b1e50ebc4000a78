// tests/ch09 · a real service: installed, started, controlled, stopped, removed.
#include "chapters/ch09_daemon/service.h"

#include <gtest/gtest.h>

#include "chapters/ch01_process/identity.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::daemon {
namespace {

using test::Waiting;

/// ch09_service, installed under a name of this process's own; removed at the end, whatever
/// happens.
struct Installed {
  Folder folder;
  std::string name = "proclab-test-" + std::to_string(process::pid());
  explicit Installed(const std::string& where = "") {
    const std::string place = where.empty() ? folder.path() : where;
    const Result<void> done =
        install_service(name, test::program("ch09_service"), {"run", name, place});
    EXPECT_TRUE(done) << done.error().message();
  }
  ~Installed() {
    (void)control_service(name, Request::stop, soon());
    EXPECT_TRUE(remove_service(name));
  }
};

TEST(Service, RunsReloadsAndStops) {
  const Waiting waiting("the service manager", Milliseconds(60'000));
  const Installed service;
  const std::string& name = service.name;
  EXPECT_EQ(*service_process(name), 0U);
  const Result<void> started = start_service(name, soon());
  ASSERT_TRUE(started) << started.error().message();
  EXPECT_NE(*service_process(name), 0U);
  EXPECT_NE(read_file(service.folder.file(name + ".log")).find("started, process"),
            std::string::npos)
      << "it was ready: its log is there";
  EXPECT_EQ(look_at(service.folder.file(name + ".pid"))->pid, *service_process(name));
  EXPECT_EQ(start_service(name, soon()).error().code, std::errc::device_or_resource_busy);
  EXPECT_TRUE(control_service(name, Request::reload, soon()));
  EXPECT_TRUE(control_service(name, Request::stop, soon()));
  EXPECT_EQ(*service_process(name), 0U);
  EXPECT_FALSE(exists(service.folder.file(name + ".pid"))) << "it had time to clear up";
  EXPECT_EQ(control_service(name, Request::stop, soon()).error().code, std::errc::no_such_process);
}

TEST(Service, GivesItsReasonWhenItCannotStart) {
  const Waiting waiting("the service manager", Milliseconds(60'000));
  const Installed service("Z:\\no\\such\\folder");
  const Result<void> started = start_service(service.name, soon());
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, std::errc::no_such_file_or_directory);
  EXPECT_EQ(*service_process(service.name), 0U);
}

TEST(Service, TwiceOrNotAtAll) {
  const Installed service;
  EXPECT_EQ(install_service(service.name, "x.exe", {}).error().code, std::errc::file_exists);
  const std::string nobody = service.name + "-nobody";
  EXPECT_EQ(start_service(nobody, soon()).error().code, std::errc::no_such_file_or_directory);
  EXPECT_EQ(remove_service(nobody).error().code, std::errc::no_such_file_or_directory);
  EXPECT_EQ(service_process(nobody).error().code, std::errc::no_such_file_or_directory);
}

TEST(Service, AProgramThatTheManagerDidNotStartIsNone) {
  const Result<int> ran = run_as_service([] { return 0; });
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, std::errc::not_connected);
}

}  // namespace
}  // namespace proclab::daemon
