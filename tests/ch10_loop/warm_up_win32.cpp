// tests/ch10 · see warm_up_win32.h.
#include "tests/ch10_loop/warm_up_win32.h"

#include <memory>

namespace proclab::loop {
namespace {

[[maybe_unused]] const testing::Environment* const kWarmUp =
    testing::AddGlobalTestEnvironment(std::make_unique<WarmUp>().release());

}  // namespace
}  // namespace proclab::loop
