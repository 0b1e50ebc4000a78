// tests/ch11 · see warm_up_win32.h.
#include "tests/ch11_channel/warm_up_win32.h"

#include <memory>

namespace proclab::channel {
namespace {

/// And bytes that are no socket.
class WarmUpBoth : public WarmUp {
  void SetUp() override {
    EXPECT_FALSE(sockets::import_socket(std::string(628, 'x')));
    WarmUp::SetUp();
  }
};

[[maybe_unused]] const testing::Environment* const kWarmUp =
    testing::AddGlobalTestEnvironment(std::make_unique<WarmUpBoth>().release());

}  // namespace
}  // namespace proclab::channel
