// tests/support · wine: a Windows that is none. A test that finds something missing there, and only there, is
// skipped and says so.
#pragma once

namespace proclab::test {

/// Whether this Windows program runs under Wine. Elsewhere: false.
[[nodiscard]] bool under_wine();

}  // namespace proclab::test
