// tests/lab · hang on Linux: from the call that blocks a process to the end that somebody forgot.
//
// Read hang.h first.
#include <algorithm>

#include "tests/lab/hang.h"

namespace proclab::lab {
namespace {

constexpr int kDeep = 8;  // a chain of waits is not longer, or it is a circle

class Search {
 public:
  Search(const std::vector<Seen>& family, Milliseconds span) : family_(family), span_(span) {}

  Verdict explain(const Seen& who, int depth = 0) const {
    const std::optional<Call> call = call_of(who.pid);
    if (spins(who.pid)) return say("hang_spin", who);
    if (!call || depth == kDeep) return say("hang", who, {{"call", "?"}});
    if (waits_for_many(call->name)) return waits(who, *call, depth);
    if (call->name == "read" || call->name == "readv") return reads(who, *call);
    if (call->name == "write" || call->name == "writev") return writes(who, *call);
    return say("hang", who, {{"call", call->name}});
  }

 private:
  Verdict say(const char* key, const Seen& who, std::vector<Arg> more = {}) const {
    std::vector<Arg> args = {{"seconds", span_.count() / 1000}, {"pid", who.own}};
    args.insert(args.end(), more.begin(), more.end());
    return failed(key, args);
  }

  /// Calls in which one waits for a child, or may: then the child's reason is the better one.
  static bool waits_for_many(const std::string& call) {
    return call == "wait4" || call == "waitid" || call.ends_with("poll") ||
           call.starts_with("epoll") || call.ends_with("select") || call == "pselect6" ||
           call == "sigsuspend" || call == "sigwait" || call == "pause";
  }

  /// It waits for a child: then ask why the child does not end.
  Verdict waits(const Seen& who, const Call& call, int depth) const {
    for (const Seen& child : children_of(family_, who.pid)) {
      if (child.state != 'Z') return explain(child, depth + 1);
    }
    return say("hang", who, {{"call", call.name}});
  }

  /// Whoever has the other end of the pipe that is `who`'s descriptor `number`.
  struct Holder {
    const Seen* who = nullptr;
    int number = -1;
  };
  Holder holder(const Seen& who, int number, bool of_write_end) const {
    std::string target;
    for (const Descriptor& open : descriptors_of(who.pid)) {
      if (open.number == number) target = open.target;
    }
    Holder found;
    if (!target.starts_with("pipe:")) return found;
    for (const Seen& member : family_) {
      for (const Descriptor& open : descriptors_of(member.pid)) {
        const bool fits = of_write_end ? open.writes() : open.reads();
        if (open.target != target || !fits) continue;
        // The one that hangs on itself is the clearest case, so it is told first.
        if (found.who == nullptr || member.pid == who.pid) found = {&member, open.number};
      }
    }
    return found;
  }

  Verdict reads(const Seen& who, const Call& call) const {
    const int number = static_cast<int>(call.args[0]);
    const Holder end = holder(who, number, true);
    const Arg fd{"fd", number};
    if (end.who == nullptr) return say(number == 0 ? "hang_stdin" : "hang_read", who, {fd});
    if (end.who->pid == who.pid) return say("hang_read_own", who, {fd, {"held", end.number}});
    return say("hang_read_other", who, {fd, {"held", end.number}, {"other", end.who->own}});
  }

  Verdict writes(const Seen& who, const Call& call) const {
    const int number = static_cast<int>(call.args[0]);
    const Holder end = holder(who, number, false);
    const Arg fd{"fd", number};
    if (end.who == nullptr) return say("hang_write", who, {fd});
    if (end.who->pid == who.pid) return say("hang_write_own", who, {fd, {"held", end.number}});
    const std::optional<Call> its = call_of(end.who->pid);
    return say("hang_write_other", who,
               {fd, {"other", end.who->own}, {"call", its ? its->name : std::string("?")}});
  }

  const std::vector<Seen>& family_;
  Milliseconds span_;
};

}  // namespace

Verdict explain_hang(const std::vector<Seen>& family, Pid program, Milliseconds span) {
  const auto who = std::find_if(family.begin(), family.end(),
                                [&](const Seen& seen) { return seen.pid == program; });
  if (who == family.end()) return failed("hang_unseen", {{"seconds", span.count() / 1000}});
  return Search(family, span).explain(*who);
}

}  // namespace proclab::lab
