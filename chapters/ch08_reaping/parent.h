// Chapter 8 · reaping: the other direction: a child that wants to know whether its parent lives.
//
// Question: who tells a child that its parent is gone? Nobody. What can be had instead, and which
// of it can be trusted? Read before: watch.h. Meets: prctl(PR_SET_PDEATHSIG), getppid, pipe.
#pragma once

#include "chapters/ch04_spawn/spawn.h"
#include "platform/handle.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::reaping {

/// The sure sign of a dead parent. The parent keeps the Lifeline and gives `end` to any number of
/// children, as a slot; a child waits with wait_ended() (or in its loop) until the holder is gone,
/// in whichever way: exit, crash or SIGKILL. POSIX: a pipe on which nobody writes; its end of file
/// is the news. Windows: a handle to the holder's own process.
struct Lifeline {
  Handle held;  ///< POSIX: the write end. As long as any process has it open, nothing is told.
  Handle end;   ///< for spawn::Slot::from(n, lifeline.end.get())
};

/// Both ends are close-on-exec (not inheritable): only who is given a slot gets one.
/// Errors: too_many_files_open.
Result<Lifeline> make_lifeline();

/// In the child: the handle in slot `number`, to wait on. It stays open for ever.
/// Errors: bad_file_descriptor.
Result<NativeHandle> lifeline_in(int number);

/// Linux: asks the kernel for `signal` when the parent dies, and makes sure that it had not died
/// before: then the signal is sent at once. Kept over execve (but not of a set-uid program), not
/// over fork. It lies: the kernel counts from the *thread* that made this process. If that thread
/// ends and the process lives, the signal comes all the same. So: for children of a main thread
/// only; else a Lifeline. `parent` is who must be alive: getppid() may be another process already.
/// In a pid namespace of its own a parent outside is 0. Errors: not_supported elsewhere. Source:
/// PR_SET_PDEATHSIG(2const).
Result<void> die_with_parent(Pid parent, int signal);

/// In the parent: the next spawn::start() of these options makes a child that the system ends when this
/// process ends, however that ends, and whatever the child is doing; a Lifeline needs one that looks.
/// Linux: Options::die_with_parent, which counts from the calling thread. Windows: put_in_our_job().
/// What the child itself has started lives on. Errors: not_supported on macOS, which has neither.
Result<void> end_with_us(spawn::Options& options);

}  // namespace proclab::reaping
