// tests/ch09 · sd_notify's protocol, against a real socket.
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch09_daemon/notify.h"
#include "chapters/ch09_daemon/unix_socket_posix.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/ch09_daemon/supervisor_linux.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::daemon {

Supervisor::Supervisor(const std::string& address) : address_(address) {
  socket_ = unix_socket(SOCK_DGRAM).value();
  const UnixAddress name = unix_address(address).value();
  const int on = 1;
  EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&name.name), name.size), 0);
  EXPECT_EQ(::setsockopt(socket_.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
  set_variable("NOTIFY_SOCKET", address);
}

Supervisor::~Supervisor() {
  set_variable("NOTIFY_SOCKET", std::nullopt);
  if (address_[0] == '/') ::unlink(address_.c_str());
}

Supervisor::Message Supervisor::next() {
  std::array<char, 4096> room;
  std::array<char, CMSG_SPACE(sizeof(ucred))> control;
  iovec part{room.data(), room.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t size = 0;
  while ((size = ::recvmsg(socket_.get(), &header, MSG_CMSG_CLOEXEC)) == -1 && errno == EINTR) {
  }
  if (size == -1) return {};
  Message message{std::string(room.data(), static_cast<std::size_t>(size)), 0};
  const cmsghdr* const sender = CMSG_FIRSTHDR(&header);
  if (sender != nullptr && sender->cmsg_type == SCM_CREDENTIALS) {
    message.sender = reinterpret_cast<const ucred*>(CMSG_DATA(sender))->pid;
  }
  return message;
}

namespace {

using test::Waiting;

class NotifyTo : public ::testing::TestWithParam<const char*> {
 protected:
  Folder folder_;
  std::string address() const {
    return GetParam()[0] == '@' ? "@ch09_" + std::to_string(::getpid()) : folder_.file("notify");
  }
};
INSTANTIATE_TEST_SUITE_P(By, NotifyTo, ::testing::Values("/path", "@abstract"),
                         [](const auto& which) { return std::string(which.param + 1); });

TEST_P(NotifyTo, EachMessageAsTheProtocolHasIt) {
  const Waiting waiting("a message of our own");
  Supervisor supervisor(address());
  Notifier notifier = Notifier::from_environment().value();
  EXPECT_EQ(::getenv("NOTIFY_SOCKET"), nullptr) << "a child of ours must not speak for us";
  ASSERT_TRUE(notifier.ready("serving"));
  const Supervisor::Message ready = supervisor.next();
  EXPECT_EQ(ready.text, "READY=1\nSTATUS=serving\n");
  EXPECT_EQ(ready.sender, ::getpid()) << "the kernel says who sent it";
  ASSERT_TRUE(notifier.reloading());
  const std::string reloading = supervisor.next().text;
  EXPECT_EQ(reloading.find("RELOADING=1\nMONOTONIC_USEC="), 0U) << reloading;
  ASSERT_TRUE(notifier.ready());
  EXPECT_EQ(supervisor.next().text, "READY=1\nSTATUS=\n");
  ASSERT_TRUE(notifier.watchdog());
  EXPECT_EQ(supervisor.next().text, "WATCHDOG=1\n");
  ASSERT_TRUE(notifier.main_pid(4711));
  EXPECT_EQ(supervisor.next().text, "MAINPID=4711\n");
  ASSERT_TRUE(notifier.status("all\nMAINPID=1\nis well"));
  EXPECT_EQ(supervisor.next().text, "STATUS=all MAINPID=1 is well\n");
  ASSERT_TRUE(notifier.failed(make_error("bind", std::errc::address_in_use)));
  EXPECT_EQ(supervisor.next().text, "STATUS=bind: Address already in use\nERRNO=98\n");
  ASSERT_TRUE(notifier.stopping());
  EXPECT_EQ(supervisor.next().text, "STOPPING=1\n");
}

TEST(Notify, ASupervisorThatWasRestartedHearsOn) {
  const Waiting waiting("a message of our own");
  const Folder folder;
  const std::string address = folder.file("notify");
  std::optional<Supervisor> supervisor(address);
  Notifier notifier = Notifier::from_environment().value();
  supervisor.reset();
  EXPECT_FALSE(notifier.watchdog()) << "nobody is there: an error, and no signal";
  supervisor.emplace(address);
  EXPECT_TRUE(notifier.watchdog());
  EXPECT_EQ(supervisor->next().text, "WATCHDOG=1\n");
}

TEST(Notify, BadAddressesAreErrors) {
  const auto error_of = [](const std::string& address) {
    set_variable("NOTIFY_SOCKET", address);
    const Result<Notifier> notifier = Notifier::from_environment();
    EXPECT_EQ(::getenv("NOTIFY_SOCKET"), nullptr);
    return notifier ? std::error_code() : notifier.error().code;
  };
  EXPECT_EQ(error_of("relative"), std::errc::invalid_argument);
  EXPECT_EQ(error_of("vsock:2:1234"), std::errc::invalid_argument);
  EXPECT_EQ(error_of("/" + std::string(107, 'x')), std::errc::filename_too_long);
  EXPECT_FALSE(error_of("/" + std::string(106, 'x'))) << "107 bytes are the limit";
  set_variable("NOTIFY_FD", "400");
  EXPECT_EQ(Notifier::from_environment().error().code, std::errc::bad_file_descriptor);
  set_variable("NOTIFY_FD", "4x");
  EXPECT_EQ(Notifier::from_environment().error().code, std::errc::invalid_argument);
  EXPECT_TRUE(Notifier::from_environment()->ready()) << "nobody to tell is no error";
}

TEST(Notify, AStarterThatIsGoneIsAnErrorAndNoSignal) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  Notifier notifier{Handle(ends[1])};
  EXPECT_EQ(notifier.ready().error().code, std::errc::broken_pipe);
  EXPECT_TRUE(notifier.ready()) << "it is told once";
}

TEST(Notify, AProgramThatTheDaemonStartsDoesNotHoldTheStartersPipe) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Handle read(ends[0]);
  ASSERT_EQ(::fcntl(ends[1], F_SETFD, 0), 0);  // as a slot is
  set_variable("NOTIFY_FD", std::to_string(ends[1]));
  const Result<Notifier> notifier = Notifier::from_environment();
  ASSERT_TRUE(notifier);
  const test::Ran listed = test::run({test::program("probe"), "fds"});
  EXPECT_EQ(count_of(listed.out, "\n"), 3) << listed.out;
}

TEST(Notify, TheWatchdogsIntervalIsForThisProcessAlone) {
  const auto interval = [](const std::optional<std::string>& span,
                           const std::optional<std::string>& pid) {
    set_variable("WATCHDOG_USEC", span);
    set_variable("WATCHDOG_PID", pid);
    return Notifier::watchdog_interval();
  };
  const std::string self = std::to_string(::getpid());
  EXPECT_EQ(interval("3000000", self), std::chrono::seconds(3));
  EXPECT_EQ(interval("3000000", std::nullopt), std::chrono::seconds(3));
  EXPECT_EQ(interval("3000000", "1"), std::nullopt);
  EXPECT_EQ(interval("3000000", "x"), std::nullopt);
  EXPECT_EQ(interval("0", self), std::nullopt);
  EXPECT_EQ(interval("-5", self), std::nullopt);
  EXPECT_EQ(interval("soon", self), std::nullopt);
  EXPECT_EQ(interval(std::nullopt, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace proclab::daemon
