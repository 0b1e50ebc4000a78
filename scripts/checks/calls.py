"""The names that check_layers.py knows: standard headers, system macros, system calls."""

# Every header of the C++20 standard library, C's in their C++ form (<csignal>, not <signal.h>).
STANDARD_HEADERS = set("""
    algorithm any array atomic barrier bit bitset charconv chrono codecvt compare complex concepts
    condition_variable coroutine deque exception execution filesystem format forward_list fstream
    functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits
    list locale map memory memory_resource mutex new numbers numeric optional ostream queue random
    ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream
    stack stdexcept stop_token streambuf string string_view strstream syncstream system_error
    thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray
    variant vector version cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath
    csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype
""".split())

# A compiler's word for the system it builds for.
SYSTEM_MACROS = r"""
    _?_?WIN(?:32|64)(?:__)? | _MSC_VER | __MINGW(?:32|64)__ | __CYGWIN__ |
    __linux(?:__)? | __gnu_linux__ | __ANDROID__ | __unix(?:__)? |
    __APPLE__ | __MACH__ | TARGET_OS_\w+ | __(?:FreeBSD|NetBSD|OpenBSD|DragonFly)__ | __sun
""".replace("\n", "").replace(" ", "")


def _any(words):
    return "|".join(sorted(words.split(), key=len, reverse=True))


# What the chapters teach, and platform/ therefore must not know.
LESSON_CALLS = _any(r"""
    _?[Ff]ork vfork clone clone3 daemon system popen exec[lv]p?e? execveat fexecve posix_spawnp?
    wait wait3 wait4 waitpid waitid dup dup2 dup3 pipe pipe2 mkfifo socket socketpair signal
    sigaction sigprocmask pthread_sigmask sigsuspend sigwait sigwaitinfo sigtimedwait sigqueue
    signalfd kill killpg raise pthread_kill pidfd_open pidfd_send_signal setsid setpgid setpgrp
    tcsetpgrp prctl ptrace select pselect poll ppoll epoll_\w+ kqueue kevent CreateProcess\w*
    ShellExecute\w* TerminateProcess ExitProcess GetExitCodeProcess OpenProcess
    WaitForSingleObject\w* WaitForMultipleObjects\w* DuplicateHandle CreatePipe CreateNamedPipe\w*
    CreateJobObject\w* AssignProcessToJobObject SetInformationJobObject TerminateJobObject
    CreateIoCompletionPort GetQueuedCompletionStatus\w* GenerateConsoleCtrlEvent
    SetConsoleCtrlHandler InitializeProcThreadAttributeList UpdateProcThreadAttribute
""")

# The same by number: ::syscall(SYS_clone3, …).
LESSON_NUMBERS = (r"(?:SYS|__NR)_(?:fork|vfork|clone3?|execveat|execve|wait4|waitid|dup[23]?|"
                  r"pipe2?|socketpair|rt_sig\w+|kill|tgkill|pidfd_\w+|setsid|setpgid|p?poll|"
                  r"epoll_\w+|prctl|ptrace)")

# What must be written ::name, so that a reader sees where the kernel is asked. Left out: macros on
# some system (sigemptyset, WIFEXITED), and what the C++ library has too (std::signal, std::rename).
SYSTEM_CALLS = _any(r"""
    _Fork fork vfork clone exec[lv]p?e? execveat fexecve posix_spawnp? wait3 wait4 waitpid waitid
    _exit dup dup2 dup3 pipe pipe2 socketpair open openat close close_range read readv pread write
    writev pwrite fcntl ioctl lseek ftruncate fsync fstat lstat readlink unlink mkstemp mmap
    munmap mprotect madvise getpid getppid gettid getuid geteuid getgid getegid getresuid
    getgroups setgroups setuid setgid setresuid setresgid setsid getsid setpgid getpgid getpgrp
    tcgetpgrp tcsetpgrp kill killpg sigaction sigprocmask pthread_sigmask pthread_kill sigpending
    sigsuspend sigwaitinfo sigtimedwait poll ppoll epoll_\w+ eventfd signalfd timerfd_\w+
    pidfd_\w+ kqueue kevent chdir fchdir getcwd umask getrlimit setrlimit prlimit getrusage
    sysconf isatty ttyname nanosleep usleep setitimer clock_gettime syscall prctl ptrace socket
    accept accept4 recvmsg sendmsg setsockopt getsockopt CloseHandle CreateProcess[AW]
    CreateFile[AW] CreatePipe CreateNamedPipe[AW] ReadFile WriteFile DuplicateHandle GetStdHandle
    SetStdHandle GetLastError SetLastError GetFileType GetHandleInformation SetHandleInformation
    GetCurrentProcess(?:Id)? GetCurrentThread(?:Id)? OpenProcess TerminateProcess ExitProcess
    GetExitCodeProcess WaitForSingleObject(?:Ex)? WaitForMultipleObjects(?:Ex)? ResumeThread
    CreateEvent[AW] SetEvent ResetEvent CreateJobObject[AW] AssignProcessToJobObject
    SetInformationJobObject QueryInformationJobObject CreateIoCompletionPort
    GetQueuedCompletionStatus(?:Ex)? GetConsoleMode SetConsoleMode WriteConsole[AW]
    SetConsoleCtrlHandler GenerateConsoleCtrlEvent GetModuleFileName[AW] GetCommandLine[AW]
    GetEnvironmentStrings[AW] FreeEnvironmentStrings[AW] GetEnvironmentVariable[AW]
    SetEnvironmentVariable[AW] GetCurrentDirectory[AW] SetCurrentDirectory[AW] LocalFree
    FormatMessage[AW] InitializeProcThreadAttributeList UpdateProcThreadAttribute
    DeleteProcThreadAttributeList
""")

# Those of them that take no argument. close() without one is a member's call, never the kernel's.
NO_ARGUMENTS = set("""
    _Fork fork vfork getpid getppid gettid getuid geteuid getgid getegid setsid getpgrp kqueue
    GetLastError GetCurrentProcess GetCurrentProcessId GetCurrentThread GetCurrentThreadId
    GetCommandLineA GetCommandLineW GetEnvironmentStringsA GetEnvironmentStringsW
""".split())
