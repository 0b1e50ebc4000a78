// Chapter 9 · daemon: two ways to close all descriptors of a range. For close_from() and its tests.
#pragma once

namespace proclab::daemon {

/// Closes first…last in one call. False: the system has no such call, or a sandbox forbids it.
bool close_in_one_call(unsigned first, unsigned last) noexcept;
/// Closes first…last, as far as the system lists them as open. False: it cannot list them.
bool close_listed(unsigned first, unsigned last) noexcept;

}  // namespace proclab::daemon
