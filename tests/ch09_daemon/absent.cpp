// tests/ch09 · what a system lacks, it says so.
#include <gtest/gtest.h>

#include "chapters/ch09_daemon/daemonize.h"
#include "chapters/ch09_daemon/listeners.h"
#include "chapters/ch09_daemon/service.h"
#include "tests/ch09_daemon/scene.h"

namespace proclab::daemon {
namespace {

TEST(Absent, SaysWhatIsMissing) {
  if (kWindows) {
    const auto nothing = [](Notifier&) { return 0; };
    EXPECT_EQ(daemonize({}, nothing, {}).error().code, std::errc::not_supported);
    EXPECT_EQ(close_from(3).error().code, std::errc::not_supported);
    EXPECT_EQ(inherited_listeners().error().code, std::errc::not_supported);
    EXPECT_EQ(exec_with_listeners("x", {}, {}).code, std::errc::not_supported);
    set_variable("NOTIFY_SOCKET", "/run/notify");
    EXPECT_EQ(Notifier::from_environment().error().code, std::errc::not_supported);
    set_variable("NOTIFY_SOCKET", std::nullopt);
  } else {
    EXPECT_EQ(install_service("x", "x", {}).error().code, std::errc::not_supported);
    EXPECT_EQ(start_service("x", {}).error().code, std::errc::not_supported);
    EXPECT_EQ(control_service("x", Request::stop, {}).error().code, std::errc::not_supported);
    EXPECT_EQ(service_process("x").error().code, std::errc::not_supported);
    EXPECT_EQ(remove_service("x").error().code, std::errc::not_supported);
    EXPECT_EQ(run_as_service([] { return 0; }).error().code, std::errc::not_supported);
  }
}

}  // namespace
}  // namespace proclab::daemon
