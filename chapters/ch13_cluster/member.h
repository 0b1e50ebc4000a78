// Chapter 13 · cluster: what the primary keeps of a worker. For primary.cpp and dialogue.cpp.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "chapters/ch10_loop/exit.h"
#include "chapters/ch11_channel/start.h"
#include "chapters/ch13_cluster/primary.h"

namespace proclab::cluster {

struct Primary::Member {
  WorkerInfo info;
  spawn::Process process;
  channel::Channel channel;
  std::optional<loop::Exit> exit;
  std::optional<spawn::ExitStatus> status;  // it has ended
  bool channel_gone = false;
  /// After its end: a grandchild may hold the channel open for as long as it likes.
  std::optional<loop::Timer> patience;

  /// A connection that it has not answered for. No key: a probe.
  struct Question {
    std::optional<std::string> key;
    Clock::time_point asked;
  };
  std::map<std::uint64_t, Question> unanswered;  // by seq, so the oldest first

  [[nodiscard]] bool is_probed() const {
    for (const auto& [seq, question] : unanswered) {
      if (!question.key) return true;
    }
    return false;
  }
};

}  // namespace proclab::cluster
