// Chapter 9 · daemon: the one-call way: start a program detached, and hear whether it serves.
//
// Question: `start` prints "ok" and the daemon dies a moment later, since its port is taken. How
// can a starter know? It leaves a pipe open and waits for a word: "ready", or why not; and the end
// of the pipe without a word is an answer, too. Read notify.h before; then launch.cpp.
// Raw calls met: poll, read, kill; ReadFile with OVERLAPPED, WaitForMultipleObjects.
#pragma once

#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/clock.h"
#include "platform/result.h"

namespace proclab::daemon {

/// Starts `program` away from our terminal and directory (`attach` becomes new_session; an empty
/// `cwd` the root; of 0-2 what `slots` does not name becomes the null device), and returns once it
/// has said READY=1 through the Notifier that it made from its environment. A program that says
/// nothing, since it knows nothing of this, is never ready: start such with spawn::start().
///
/// The Process is still our child. disown() it and leave, and it lives on as init's; or stay, and
/// wait. After an error nothing of it is left: it was killed (POSIX: with its whole group) and
/// waited for.
///
/// Errors: spawn::start()'s, when it did not start; its own reason, as Notifier::failed() gave it
/// (call "daemon"); timed_out; no_such_process: it ended without a word (detail: how it ended);
/// protocol_error: it closed the pipe without a word, and ran on. Threads: any.
Result<spawn::Process> launch(spawn::Options program, Deadline ready_by);

/// What came through a starter's pipe so far, understood line by line.
struct Words {
  bool ready = false;
  std::string status;  ///< of the last STATUS=
  int error = 0;       ///< of the last ERRNO=
  Pid main_pid = 0;    ///< of the last MAINPID=
};

/// Reads whole lines from the front of `text` and leaves a half one there. What it does not know,
/// it passes over: a message may say more than we ask.
void take_lines(std::string& text, Words& words);

}  // namespace proclab::daemon
