// Chapter 7 · signals: sending one.
//
// Question: what does kill() do? It sends. Whether the receiver dies of it, does something about it, or
// never hears of it, is settled at the other end. A signal carries a number; who has more to say
// needs a channel (chapters 5, 6 and 11). Read names.h before. Meets: kill, killpg, sigqueue, raise;
// OpenProcess, TerminateProcess, GenerateConsoleCtrlEvent.
#pragma once

#include "chapters/ch07_signals/names.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::signals {

/// Sends `signal` to a process; 0 only asks whether it could be sent. A pid is a number that the
/// system uses again: sure is only one that is yours to wait for (spawn::Process::kill).
/// Errors: no_such_process; operation_not_permitted (another user's); invalid_argument for a number
/// that is no signal, and for a pid below 1, which kill(2) takes for a group or for *everybody*.
/// Windows, as Node (process.kill): kTerminate, kKill, kInterrupt and kQuit are TerminateProcess with
/// exit code 1: the receiver is not asked. Any other is function_not_supported.
/// Sources: POSIX kill(); MSDN TerminateProcess.
Result<void> send(Pid process, int signal = kTerminate);

/// Sends `signal` to each process of a group; 0 is the caller's own group, with the caller. Success
/// means that at least one got it. Errors: as send(); no_such_process for an empty group.
/// Windows: a console event for those of the group that share the caller's console. SIGBREAK is
/// CTRL_BREAK_EVENT. kInterrupt is CTRL_C_EVENT, which Windows gives to all of the console only: the
/// group must be 0. Any other, and 0: function_not_supported; to end a whole group there takes a job object.
/// Sources: POSIX kill(), killpg(); MSDN GenerateConsoleCtrlEvent.
Result<void> send_group(Pid group, int signal = kTerminate);

/// Sends `signal` to the calling thread; unless it is blocked there, it has been delivered on return.
/// Windows: send() to this process. Source: POSIX raise().
Result<void> raise(int signal);

/// Sends a signal with a value, which Event::value gives back. A real-time signal is queued as often as
/// it is sent; a standard one that is still pending swallows the next, value and all.
/// Errors: as send(); resource_unavailable_try_again when the receiver's user has RLIMIT_SIGPENDING
/// signals queued already: then this one was not sent. function_not_supported: macOS, Windows.
/// Source: POSIX sigqueue(); sigqueue(3).
Result<void> queue(Pid process, int signal, int value);

}  // namespace proclab::signals
