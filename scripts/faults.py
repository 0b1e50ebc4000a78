#!/usr/bin/env python3
"""Every system call of a spawn fails once, and the spawn must cope. Run by scripts/faults.

  faults.py --victim build/release/bin/ch04_victim [--quick] [--only TEXT] [--verbose]

strace watches a clean run of the victim for each strategy and scenario, and then injects, a run each,
every errno that is plausible for a call into every occurrence of it, in the parent and in the child.
Each time one of two things must come of it: a start that worked, whose child sees exactly what the clean
run's child saw; or an Error with that errno which names the call. And always: no child, no descriptor,
nothing of the parent's state changed, within a deadline. Exit code 77: strace is not there, or may not.
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter, namedtuple

STRATEGIES = ["vfork", "fork", "posix_spawn"]
SCENARIOS = ["plain", "full", "missing"]
SHIFT = 200  # what the victim's shift_counts() adds to the parent's counts
DEADLINE = 20  # seconds, for one run under a loaded machine

# What can happen to a call whose arguments are right: what its man page says, and EPERM or ENOSYS for
# those that a sandbox (seccomp) or an old kernel may refuse.
PLAUSIBLE = {
    "fcntl F_DUPFD_CLOEXEC": ["EMFILE"], "fcntl F_GETFD": ["EPERM"], "fcntl F_SETFD": ["EPERM"],
    "dup2": ["EBUSY", "EINTR", "EMFILE"],
    "dup3": ["EBUSY", "EINTR", "EMFILE"], "pipe2": ["EMFILE", "ENFILE"],
    "openat": ["EMFILE", "ENFILE", "EACCES", "EINTR"], "open": ["EMFILE", "EACCES"],
    "close": ["EIO", "EINTR"], "close_range": ["ENOMEM", "EPERM", "ENOSYS", "EMFILE"],
    "clone3": ["EAGAIN", "ENOMEM", "EPERM", "ENOSYS"], "clone": ["EAGAIN", "ENOMEM", "EPERM"],
    "fork": ["EAGAIN", "ENOMEM"], "vfork": ["EAGAIN", "ENOMEM"],
    "read": ["EINTR", "EIO"], "write": ["EINTR"], "wait4": ["EINTR"],
    "rt_sigaction": ["EPERM"], "rt_sigprocmask": ["EPERM"],
    "setsid": ["EPERM"], "setpgid": ["EPERM", "EACCES"], "chdir": ["EACCES", "ENOENT", "EIO"],
    "prlimit64": ["EPERM"], "setrlimit": ["EPERM"], "getrlimit": ["EPERM"],
    "setgroups": ["EPERM", "ENOMEM"], "setgid": ["EPERM"], "prctl": ["EINVAL", "EPERM"], "setuid": ["EPERM", "EAGAIN"],
    "execve": ["EACCES", "ENOENT", "ENOEXEC", "ENOMEM", "E2BIG", "EMFILE", "ETXTBSY", "EIO"],
    "mmap": ["ENOMEM"], "brk": ["ENOMEM"], "madvise": ["ENOMEM"],
    "newfstatat": ["EACCES", "ENOENT"], "stat": ["EACCES", "ENOENT"],
}
NEVER_FAIL = {"access", "exit", "exit_group", "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid",
              "getegid", "umask", "rt_sigreturn", "munmap", "mprotect", "set_robust_list"}
# Error::call for a system call: the name that a user knows it by.
NAMES = {"rt_sigaction": {"sigaction"}, "rt_sigprocmask": {"sigprocmask"}, "clone3": {"clone"},
         "clone": {"clone", "fork"}, "openat": {"open"}, "prlimit64": {"setrlimit", "getrlimit"},
         "dup3": {"dup2"}, # F_SETFD is what dup2 of a number onto itself would have to be.
         "fcntl": {"fcntl", "slots", "dup2"}, "wait4": {"waitpid"},
         # The C library's clone needs a stack, and says ENOMEM by its own name.
         "mmap": {"posix_spawn"}}

# nth: the number that `when=` takes. kind: the name, for fcntl with its command.
Call = namedtuple("Call", "who name nth kind")
Outcome = namedtuple("Outcome", "result child before after hung injected")


class CannotTrace(Exception):
    pass


def errno_of(name):
    import errno
    return getattr(errno, name)


def run_victim(options, strategy, scenario, strace_args=None, short=None):
    """One run, with strace attached to the victim once it is ready. Returns Outcome and strace's log."""
    command = [options.victim, strategy, scenario] + ([str(short)] if short else [])
    with tempfile.NamedTemporaryFile("r", prefix="faults-", errors="replace") as log:
        victim = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                  start_new_session=True, close_fds=True)
        tracer, hung = None, False
        try:
            ready = victim.stdout.readline().split()
            if strace_args is not None:
                tracer = subprocess.Popen(
                    ["strace", "-f", "-o", log.name, "-p", ready[1]] + strace_args,
                    stderr=subprocess.PIPE, text=True, start_new_session=True)
                said = tracer.stderr.readline()
                if "attached" not in said:
                    raise CannotTrace(said.strip() or "strace did not attach")
            try:
                text, _ = victim.communicate("go\n", timeout=DEADLINE)
            except subprocess.TimeoutExpired:
                text, hung = "", True
        finally:
            if victim.poll() is None:
                os.killpg(victim.pid, signal.SIGKILL)
                victim.communicate()
            if tracer:
                try:
                    tracer.communicate(timeout=DEADLINE)
                except subprocess.TimeoutExpired:
                    tracer.kill()
                    tracer.communicate()
        lines = log.read().splitlines()
    # What is a pipe of this run is another one of the next.
    text = re.sub(r"pipe:\[\d+\]", "pipe", text)
    parts = re.split(r"--- (?:child|before|after)\n", text)
    parts += [""] * (4 - len(parts))
    injected = any("(INJECTED)" in line for line in lines)
    return Outcome(parts[0].strip(), parts[1], parts[2], parts[3], hung, injected), lines


def calls_of(lines):
    """The calls of a clean run between its marks: the parent's, and the child's up to its program."""
    counts, calls, parent, child, running = Counter(), [], None, None, False
    for line in lines:
        found = re.match(r"(\d+) +(\w+)\(", line)
        if not found:  # a call that resumes, an exit, a signal
            resumed = re.match(r"(\d+) +<\.\.\. execve resumed>.*= 0$", line)
            if resumed and resumed[1] == child:
                running = True
            continue
        pid, name = found[1], found[2]
        counts[pid, name] += 1
        if "/proclab/begin" in line:
            parent = pid
        elif "/proclab/end" in line:
            break
        elif parent and name not in NEVER_FAIL:
            child = pid if pid != parent and child is None else child
            if pid == parent or (pid == child and not running):
                command = re.search(r"\bF_\w+", line)
                kind = f"{name} {command[0]}" if name == "fcntl" and command else name
                calls.append(Call("parent" if pid == parent else "child", name, counts[pid, name], kind))
        if pid == child and re.search(r"execve\(.*\) = 0$", line):
            running = True
    if parent is None:
        raise CannotTrace("the log does not show where the spawn begins")
    both = {call.name for call in calls if call.who == "child"}
    for call in calls:  # `when=` counts in each process alike: the victim keeps the two apart
        if call.who == "parent" and call.name in both and call.nth <= SHIFT:
            raise CannotTrace(f"{call.name} number {call.nth} is in parent and child: see shift_counts()")
    return calls


def errnos_for(call, quick):
    if call.kind not in PLAUSIBLE:
        raise CannotTrace(f"{call.kind} is not in the table of errnos: add it to {__file__}")
    return PLAUSIBLE[call.kind][:1] if quick else PLAUSIBLE[call.kind]


def cannot_happen(call, calls, strategy, scenario):
    """Why this call is not made to fail, or ""."""
    if strategy == "posix_spawn" and call.name in ("rt_sigaction", "rt_sigprocmask"):
        return "the C library does not look at the result; the kernel refuses none with right arguments"
    if (strategy, scenario, call.name) == ("posix_spawn", "missing", "wait4"):
        return "the C library reaps with every signal blocked: no EINTR"
    if strategy == "fork" and call.who == "parent" and call.name == "close":
        if call in calls[:next(i for i, c in enumerate(calls) if (c.who, c.name) == ("parent", "read"))]:
            return "an injected close is not performed, and the report pipe would never end"
    return ""


def judge(call, error, clean, outcome, strategy):
    """"" when all is as it must be, else what is not."""
    if outcome.hung:
        return f"hung for {DEADLINE} s"
    if not outcome.result:
        return "the victim died"
    if not outcome.injected:
        return "strace injected nothing"
    left = Counter(outcome.after.splitlines()) - Counter(outcome.before.splitlines())
    gone = Counter(outcome.before.splitlines()) - Counter(outcome.after.splitlines())
    if call.name == "close" and call.who == "parent":
        # An injected close is not performed: that one descriptor is strace's leak, not ours.
        for line in [line for line in left if line.startswith("descriptor ")][:1]:
            left[line] -= 1
    if call.name == "rt_sigprocmask" and call.who == "parent":
        # As is the one that puts the mask back. The kernel cannot refuse it.
        left = Counter({line: n for line, n in left.items() if not line.startswith("blocked ")})
        gone = Counter({line: n for line, n in gone.items() if not line.startswith("blocked ")})
    if +left or +gone:
        return "left behind: " + "; ".join(list(+left) + [f"no more: {line}" for line in +gone])
    words = outcome.result.split()
    if words[0] == "error":
        if outcome.result == clean.result:
            return ""
        allowed = NAMES.get(call.name, {call.name}) | ({"posix_spawn"} if strategy == "posix_spawn" else set())
        if words[1] not in allowed or int(words[2]) != errno_of(error):
            return f"said {outcome.result!r}"
        return ""
    if outcome.result != clean.result:
        return f"ended as {outcome.result!r}"
    child = outcome.child
    if child != clean.child and call.name == "close" and call.who == "child":
        extra = Counter(child.splitlines()) - Counter(clean.child.splitlines())
        if sum(extra.values()) == 1 and not Counter(clean.child.splitlines()) - Counter(child.splitlines()):
            return ""  # the descriptor whose close was not performed
    if child != clean.child:
        extra = Counter(child.splitlines()) - Counter(clean.child.splitlines())
        lost = Counter(clean.child.splitlines()) - Counter(child.splitlines())
        return f"success, but its child has {list(extra)} instead of {list(lost)}"
    return ""


def short_reads(options, clean):
    """The report in pieces of 1–3 bytes: no strace here, the victim's own read() gives no more."""
    for size in (1, 2, 3):
        for scenario in ("plain", "missing"):
            outcome, _ = run_victim(options, "fork", scenario, short=size)
            wrong = "" if outcome.result == clean["fork", scenario].result else f"said {outcome.result!r}"
            if outcome.before != outcome.after:
                wrong = wrong or "left something behind"
            yield ("parent", f"read of {size} B", "short", "fork", scenario, 0, wrong)


def jobs_for(options, clean, skipped):
    for strategy in STRATEGIES:
        for scenario in SCENARIOS[:1] + SCENARIOS[2:] if options.quick else SCENARIOS:
            clean[strategy, scenario], _ = run_victim(options, strategy, scenario)
            _, lines = run_victim(options, strategy, scenario, ["-e", "trace=all"])
            calls = calls_of(lines)
            for call in calls:
                same = [c for c in calls if (c.who, c.kind) == (call.who, call.kind)]
                if options.quick and call not in (same[0], same[-1]):
                    continue
                if why := cannot_happen(call, calls, strategy, scenario):
                    skipped.append((call, strategy, scenario, why))
                    continue
                for error in errnos_for(call, options.quick):
                    yield call, error, strategy, scenario


def inject(options, clean, job):
    call, error, strategy, scenario = job
    outcome, lines = run_victim(options, strategy, scenario, [
        "-e", f"trace={call.name}", "-e", f"inject={call.name}:error={error}:when={call.nth}"])
    wrong = judge(call, error, clean[strategy, scenario], outcome, strategy)
    if wrong and options.verbose:
        print("\n".join(lines[-40:]), outcome, sep="\n", file=sys.stderr)
    return (call.who, call.kind, error, strategy, scenario, call.nth, wrong)


def print_table(results):
    print(f"\n  {'who':8}{'call':23}{'fails with':12}" + "".join(f"{s:>14}" for s in STRATEGIES))
    rows = {}
    for who, name, error, strategy, _, _, wrong in results:
        rows.setdefault((who, name, error), {}).setdefault(strategy, []).append(not wrong)
    for (who, name, error), by_strategy in rows.items():
        cells = ""
        for strategy in STRATEGIES:
            good = by_strategy.get(strategy)
            cell = "–" if not good else f"✓ {len(good)}" if all(good) else f"✗ {good.count(False)}/{len(good)}"
            cells += cell.rjust(14)
        print(f"  {who:8}{name:23}{error:12}{cells}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--victim", required=True, help="the program that spawns: bin/ch04_victim")
    parser.add_argument("--quick", action="store_true", help="one errno a call, first and last occurrence")
    parser.add_argument("--only", default="", help="jobs whose 'who call errno strategy scenario' has this text")
    parser.add_argument("--verbose", action="store_true", help="strace's log of what failed")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        print("skipped: strace is not installed\n0 passed, 0 failed, 1 skipped")
        return 77
    clean, skipped = {}, []
    try:
        jobs = list(jobs_for(options, clean, skipped))
    except CannotTrace as why:
        print(f"skipped: {why}\n0 passed, 0 failed, 1 skipped")
        return 77 if "ermitted" in str(why) else 1
    jobs = [job for job in jobs if options.only in " ".join((job[0].who, job[0].kind) + job[1:])]
    print(f"{len(jobs)} injections: ch04_victim by {', '.join(STRATEGIES)}", flush=True)
    results = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for result in pool.map(lambda job: inject(options, clean, job), jobs):
            results.append(result)
            if len(results) % 100 == 0:
                print(f"  {len(results)} of {len(jobs)} done", flush=True)
    if not options.only:
        results += short_reads(options, clean)
    print_table(results)
    failed = [result for result in results if result[-1]]
    for who, name, error, strategy, scenario, nth, wrong in failed:
        print(f"✗ {who} {name} #{nth} {error}, {strategy}, {scenario}: {wrong}")
    reasons = Counter((call.name, strategy, why) for call, strategy, _, why in skipped)
    for (name, strategy, why), times in reasons.items():
        print(f"– {times} × {name}, {strategy}, not made to fail: {why}")
    print(f"\n{len(results) - len(failed)} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
