// Chapter 1 · scheduling: what it has waited for has come, and every processor is busy. Who goes first?
//
// Raw calls met: sched_setscheduler, sched_getscheduler; SetProcessPriorityBoost, GetProcessPriorityBoost.
#pragma once

#include <optional>
#include <string_view>

#include "platform/result.h"

namespace proclab::process {

/// Of two that want the same processor, who wakes up and who runs. It is no priority: both get the same share of it.
enum class Scheduling {
  normal,  ///< who wakes up interrupts who runs, mostly: short waits, many switches
  batch,  ///< who wakes up waits until the other waits, or has had its share: a few milliseconds at worst
};

/// "normal", "batch": chrt(1)'s words.
[[nodiscard]] const char* scheduling_name(Scheduling how);
[[nodiscard]] std::optional<Scheduling> scheduling_named(std::string_view name);

/// Linux: for the calling thread, and for the threads and children that it starts later; exec keeps it. No privilege is
/// needed. Windows: for the process, and not for its children; the boost that a thread gets when its wait ends.
/// Errors: operation_not_permitted (Linux: from SCHED_IDLE); macOS: function_not_supported. Sources: sched(7), MSDN.
Result<void> set_scheduling(Scheduling how);

/// As it is now. Errors: not_supported: it is something else, a real-time class for example (Linux); macOS as above.
[[nodiscard]] Result<Scheduling> scheduling();

}  // namespace proclab::process
