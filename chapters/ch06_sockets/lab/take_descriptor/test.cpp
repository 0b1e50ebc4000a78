// Chapter 6 · lab · take_descriptor: the judge. It sends the write end of a pipe, once or three times, and looks at
// the program's descriptors.
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/handle.h"
#include "tests/lab/judge.h"

namespace {

using namespace proclab;
using namespace proclab::lab;

/// A socket to the program, and a pipe whose write end is sent.
struct Scene {
  Handle ours, theirs, read, write;
  Scene() {
    int pair[2], ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1) return;
    if (::pipe2(ends, O_CLOEXEC) == -1) return;
    ours = Handle(pair[0]), theirs = Handle(pair[1]);
    read = Handle(ends[0]), write = Handle(ends[1]);
  }
  /// One byte, and the write end `times` times beside it.
  void send(std::size_t times) const {
    char byte = 'x';
    iovec bytes{&byte, 1};
    alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &bytes, message.msg_iovlen = 1;
    if (times > 0) {
      message.msg_control = control, message.msg_controllen = CMSG_SPACE(times * sizeof(int));
      cmsghdr* part = CMSG_FIRSTHDR(&message);
      part->cmsg_level = SOL_SOCKET, part->cmsg_type = SCM_RIGHTS;
      part->cmsg_len = CMSG_LEN(times * sizeof(int));
      for (std::size_t i = 0; i < times; ++i) {
        const int fd = write.get();
        std::memcpy(CMSG_DATA(part) + i * sizeof fd, &fd, sizeof fd);
      }
    }
    (void)!::sendmsg(ours.get(), &message, MSG_NOSIGNAL);
  }
  /// The program's descriptors that lead to the pipe.
  [[nodiscard]] std::vector<Descriptor> held_by(Pid pid) const {
    std::vector<Descriptor> held = descriptors_of(pid);
    std::erase_if(held,
                  [&](const Descriptor& open) { return open.target != target_of(write.get()); });
    return held;
  }
};

Program start(Judge& judge, const Scene& scene, const std::string& word) {
  return judge.start({.args = {word},
                      .keep_input = true,
                      .slots = {spawn::Slot::from(3, scene.theirs.get())},
                      .deadline = Milliseconds(4'000)});
}

/// Until it says that it has taken one.
Objection taken(Program& program) {
  const std::optional<std::string> line = program.line();
  if (line == "none") return failed("nothing_taken");
  if (line != "taken") return no_line(program, "taken");
  return std::nullopt;
}

Verdict arrives(Judge& judge) {
  const Scene scene;
  const std::string word = judge.word(9);
  Program program = start(judge, scene, word);
  scene.send(1);
  if (Objection bad = taken(program)) return *bad;
  program.end_input();
  if (Objection bad = ended_well(program.finish())) return *bad;
  char room[64];
  ::fcntl(scene.read.get(), F_SETFL, O_NONBLOCK);
  const ssize_t got = ::read(scene.read.get(), room, sizeof room);
  const std::string text(room, got > 0 ? static_cast<std::size_t>(got) : 0);
  return text == word ? passed()
                      : failed("wrong_place", {{"wanted", word}, {"got", excerpt(text)}});
}

Verdict close_on_exec(Judge& judge) {
  const Scene scene;
  Program program = start(judge, scene, judge.word(5));
  scene.send(1);
  if (Objection bad = taken(program)) return *bad;
  const std::vector<Descriptor> held = scene.held_by(program.pid());
  if (held.empty()) return failed("nothing_taken");
  if ((held[0].flags & O_CLOEXEC) == 0) return failed("inherited", {{"fd", held[0].number}});
  return passed();
}

Verdict three_come(Judge& judge) {
  const Scene scene;
  Program program = start(judge, scene, judge.word(5));
  scene.send(static_cast<std::size_t>(judge.number(3, 5)));
  if (Objection bad = taken(program)) return *bad;
  const std::vector<Descriptor> held = scene.held_by(program.pid());
  if (held.size() == 1) return passed();
  if (held.empty()) return failed("nothing_taken");
  return failed("leaked", {{"count", held.size()},
                           {"pid", look_at(program.pid()).value_or(Seen{}).own},
                           {"fd", held.back().number}});
}

Verdict none_comes(Judge& judge) {
  const Scene scene;
  Program program = start(judge, scene, judge.word(5));
  scene.send(0);
  const std::optional<std::string> line = program.line();
  if (line == "taken") return failed("said_taken");
  program.end_input();
  const Ending end = program.finish();
  if (Objection bad = ended_with(end, 1)) return *bad;
  if (line == "none") return passed();
  return failed("no_line", {{"wanted", "none"}, {"output", excerpt(end.out)}});
}

}  // namespace

int main(int argc, char** argv) {
  return judge_main(argc, argv,
                    {{"arrives", arrives},
                     {"close_on_exec", close_on_exec},
                     {"three_come", three_come},
                     {"none_comes", none_comes}});
}
