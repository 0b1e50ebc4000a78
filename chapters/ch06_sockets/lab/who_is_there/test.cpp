// Chapter 6 · lab · who_is_there: the judge. It is the peer itself, and it lies.
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// Whom the program may see in us: behind a namespace we have no number there, and no known user.
struct Self {
  long pid = ::getpid();
  unsigned long uid = ::getuid();
};

class Scene {
 public:
  Scene() : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un any{.sun_family = AF_UNIX, .sun_path = {}};  // the kernel picks a name
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&any), sizeof any.sun_family) == -1)
      return;
    ::listen(listener_.get(), 8);
    size_ = sizeof name_;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&name_), &size_);
  }
  [[nodiscard]] spawn::Slot slot() const { return spawn::Slot::from(3, listener_.get()); }

  /// Connects and says that line.
  [[nodiscard]] Handle say(const std::string& claim) const {
    Handle peer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(peer.get(), reinterpret_cast<const sockaddr*>(&name_), size_) == -1) return {};
    (void)!::send(peer.get(), claim.data(), claim.size(), MSG_NOSIGNAL);
    return peer;
  }

 private:
  Handle listener_;
  sockaddr_un name_{};
  socklen_t size_ = 0;
};

/// What comes from the program until it closes, or for three seconds. `closed`: whether it did.
std::string answer(const Handle& peer, bool& closed) {
  std::string text;
  closed = false;
  const Deadline until = Deadline::after(Milliseconds(3'000));
  while (!closed) {
    pollfd some{peer.get(), POLLIN, 0};
    if (::poll(&some, 1, until.poll_timeout()) != 1) return text;
    char room[64];
    const ssize_t n = ::read(peer.get(), room, sizeof room);
    closed = n <= 0;
    if (n > 0) text.append(room, static_cast<std::size_t>(n));
  }
  return text;
}

Program start(Judge& judge, const Scene& scene, unsigned long allowed) {
  return judge.start({.args = {std::to_string(allowed)},
                      .slots = {scene.slot()},
                      .deadline = Milliseconds(8'000)});
}

/// Who we are for the program, once it runs.
Self seen_by(Program& program) {
  const Seen who = look_at(program.pid()).value_or(Seen{});
  const Seen us = look_at(::getpid()).value_or(Seen{});
  if (who.depth > us.depth) return {0, 65534};
  return {};
}

std::string line_of(const Self& self) {
  return "pid " + std::to_string(self.pid) + " uid " + std::to_string(self.uid);
}

Verdict tells_the_truth(Judge& judge) {
  const Scene scene;
  Program program = start(judge, scene, 1);
  const std::string wanted = line_of(seen_by(program));
  const std::string claim =
      line_of({judge.number(2, 30'000), static_cast<unsigned long>(judge.number(1, 999))});
  const Handle peer = scene.say(claim + "\n");
  const std::optional<std::string> line = program.line();
  if (!line) return no_line(program, wanted.c_str());
  if (*line == wanted) return passed();
  return failed(*line == claim ? "believed" : "wrong",
                {{"got", excerpt(*line)}, {"wanted", wanted}});
}

/// The user that we are for a program of this judge: one is started to see it.
unsigned long our_uid(Judge& judge) {
  const Scene scene;
  Program program = start(judge, scene, 1);
  return seen_by(program).uid;
}

Verdict lets_in(Judge& judge) {
  const unsigned long uid = our_uid(judge);
  const Scene scene;
  Program program = start(judge, scene, uid);
  for (int number = 1; number <= judge.number(3, 5); ++number) {
    const Handle peer = scene.say("pid 1 uid 1\n");
    bool closed = false;
    const std::string got = answer(peer, closed);
    if (got == "welcome\n") continue;
    if (program.ended()) return failed("no_answer", {{"number", number}});
    return failed("kept_out", {{"uid", uid}, {"got", excerpt(got)}});
  }
  return passed();
}

Verdict refuses(Judge& judge) {
  const unsigned long uid = our_uid(judge),
                      allowed = 70'000UL + static_cast<unsigned long>(judge.number(1, 999));
  const Scene scene;
  Program program = start(judge, scene, allowed);
  const Handle peer = scene.say(line_of({judge.number(2, 30'000), allowed}) + "\n");
  if (!program.line()) return no_line(program, "pid ... uid ...");
  bool closed = false;
  if (!answer(peer, closed).empty()) return failed("let_in", {{"uid", uid}, {"allowed", allowed}});
  return passed();
}

Verdict closes(Judge& judge) {
  const unsigned long uid = our_uid(judge);
  const Scene scene;
  Program program = start(judge, scene, uid);
  const Handle peer = scene.say("pid 1 uid 1\n");
  bool closed = false;
  const std::string got = answer(peer, closed);
  if (got.empty() && program.ended()) return failed("no_answer", {{"number", 1}});
  return closed ? passed() : failed("still_open");
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"tells_the_truth", tells_the_truth},
                     {"lets_in", lets_in},
                     {"refuses", refuses},
                     {"closes", closes}});
}
