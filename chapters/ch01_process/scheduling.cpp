// Chapter 1 · scheduling: names, the same on every system. Read scheduling.h.
#include "chapters/ch01_process/scheduling.h"

namespace proclab::process {

const char* scheduling_name(Scheduling how) {
  return how == Scheduling::batch ? "batch" : "normal";
}

std::optional<Scheduling> scheduling_named(std::string_view name) {
  for (const Scheduling how : {Scheduling::normal, Scheduling::batch}) {
    if (name == scheduling_name(how)) return how;
  }
  return std::nullopt;
}

}  // namespace proclab::process
