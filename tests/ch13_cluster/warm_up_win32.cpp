// tests/ch13 · before all tests, what chapter 11's tests do, and a cluster of one: the job that all children are
// put into stays for ever, and is no test's leak.
#include <memory>

#include "chapters/ch13_cluster/primary.h"
#include "tests/ch11_channel/warm_up_win32.h"
#include "tests/support/run.h"

namespace proclab::cluster {
namespace {

class WarmUp : public channel::WarmUp {
  void start_programs() override {
    loop::Loop loop = std::move(loop::Loop::open()).value();
    PrimaryOptions options;
    options.program.file = test::program("ch13_worker");
    options.program.args = {"--port", "0", "--host", "127.0.0.1"};
    options.program.slots = {spawn::Slot::null(1)};
    std::unique_ptr<Primary> primary;
    PrimaryEvents events;
    events.listening = [&primary](WorkerId id, const Place&) { primary->disconnect(id); };
    primary = std::make_unique<Primary>(loop, options, std::move(events));
    EXPECT_TRUE(primary->start());
    EXPECT_TRUE(loop.run());
  }
};

[[maybe_unused]] const testing::Environment* const kWarmUp =
    testing::AddGlobalTestEnvironment(std::make_unique<WarmUp>().release());

}  // namespace
}  // namespace proclab::cluster
