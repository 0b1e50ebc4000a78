"""What code between fork and exec may call: POSIX's async-signal-safe functions, and the few that
Linux adds. check_child_side.py reads it; the reasons are for its readers."""

# POSIX.1-2017, XSH 2.4.3 (the same table: signal-safety(7)), without fork: POSIX.1-2024 took it
# off, since it runs the pthread_atfork handlers of the whole program; _Fork came in its place.
POSIX = set("""
    _Exit _Fork _exit abort accept access aio_error aio_return aio_suspend alarm bind cfgetispeed
    cfgetospeed cfsetispeed cfsetospeed chdir chmod chown clock_gettime close connect creat dup
    dup2 execl execle execv execve faccessat fchdir fchmod fchmodat fchown fchownat fcntl
    fdatasync fexecve ffs fstat fstatat fsync ftruncate futimens getegid geteuid getgid getgroups
    getpeername getpgrp getpid getppid getsockname getsockopt getuid htonl htons kill link linkat
    listen longjmp lseek lstat memccpy memchr memcmp memcpy memmove memset mkdir mkdirat mkfifo
    mkfifoat mknod mknodat ntohl ntohs open openat pause pipe poll posix_trace_event pselect
    pthread_kill pthread_self pthread_sigmask raise read readlink readlinkat recv recvfrom recvmsg
    rename renameat rmdir select sem_post send sendmsg sendto setgid setpgid setsid setsockopt
    setuid shutdown sigaction sigaddset sigdelset sigemptyset sigfillset sigismember siglongjmp
    signal sigpause sigpending sigprocmask sigqueue sigset sigsuspend sleep sockatmark socket
    socketpair stat stpcpy stpncpy strcat strchr strcmp strcpy strcspn strlen strncat strncmp
    strncpy strnlen strpbrk strrchr strspn strstr strtok_r symlink symlinkat tcdrain tcflow
    tcflush tcgetattr tcgetpgrp tcsendbreak tcsetattr tcsetpgrp time timer_getoverrun
    timer_gettime timer_settime times umask uname unlink unlinkat utime utimensat utimes wait
    waitpid wcpcpy wcpncpy wcscat wcschr wcscmp wcscpy wcscspn wcslen wcsncat wcsncmp wcsncpy
    wcsnlen wcspbrk wcsrchr wcsspn wcsstr wcstok wmemchr wmemcmp wmemcpy wmemmove wmemset write
""".split())

# On no list of POSIX.1-2017, but safe here: symbol -> why.
LINUX = {
    "syscall": "the bare trap: no lock, no buffer, only errno",
    "close_range": "the bare trap; glibc 2.34",
    "dup3": "the bare trap: dup2 with O_CLOEXEC",
    "pipe2": "the bare trap: pipe with O_CLOEXEC",
    "accept4": "the bare trap: accept with SOCK_CLOEXEC",
    "ppoll": "the bare trap: poll with a mask",
    "waitid": "the bare trap: waitpid that can leave the zombie",
    "getsid": "the bare trap",
    "ioctl": "the bare trap: TIOCSCTTY after setsid",
    "prctl": "the bare trap: PR_SET_PDEATHSIG, PR_SET_NAME",
    "mount": "the bare trap",
    "prlimit": "the bare trap",
    "getrlimit": "prlimit with the name of old",
    "setrlimit": "prlimit with the name of old",
    "setpriority": "the bare trap",
    "execveat": "the bare trap",
    "__errno_location": "errno's address in this thread: arithmetic",
    "__libc_current_sigrtmin": "SIGRTMIN is this call: it returns a number",
    "__libc_current_sigrtmax": "SIGRTMAX is this call: it returns a number",
    "bcmp": "clang's spelling of memcmp() == 0",
    "_GLOBAL_OFFSET_TABLE_": "no function: the linker's own table",
}

# On POSIX's list, and yet not for us: symbol -> why. They win over both lists.
REFUSED = {
    name: "glibc's takes a lock and walks the program's list of threads, so that all of them "
          "change their ids; after clone(CLONE_VM) that is the parent's list. Ask the kernel for "
          f"this thread alone: ::syscall(SYS_{name}, …)"
    for name in ("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
                 "seteuid", "setegid")
}
REFUSED["fork"] = "it runs the whole program's pthread_atfork handlers; _Fork does not"
REFUSED["aio_suspend"] = "glibc's takes a mutex (signal-safety(7))"

# What a symbol's look tells about the way it came in: (regex on the mangled name, advice).
ADVICE = [
    (r"_Zn[wa]|_Zd[la]|malloc$|calloc$|realloc$|free$",
     "it takes the allocator's lock, which a thread that fork() did not copy may hold for ever"),
    (r"_ZNK?St|_ZSt",
     "the C++ library allocates and throws; use plain data, made before fork()"),
    (r".*printf|f?puts$|putc|putchar$|fwrite$|fflush$|std(in|out|err)$|perror$",
     "stdio holds a lock and a buffer that the parent will flush too; use ::write"),
    (r"exit$|atexit$", "exit() flushes the parent's buffers and runs its handlers; use ::_exit"),
    (r"__stack_chk_fail|__asan|__tsan|__ubsan|__sanitizer|__gcov|__llvm_profile|__cyg_profile",
     "instrumentation; the object is compiled with -fno-stack-protector -fno-sanitize=all, and "
     "without coverage"),
    (r"__\w+_chk$", "_FORTIFY_SOURCE's checked form, which prints when it fails; compile the "
                    "object with -U_FORTIFY_SOURCE"),
    (r"_Unwind_|__gxx_personality|__cxa_(throw|begin_catch|end_catch|allocate)|_ZSt9terminatev",
     "exceptions; the object is compiled with -fno-exceptions"),
    (r"__cxa_guard|__cxa_atexit|__dso_handle|__tls_get_addr",
     "a static or thread-local object; the child side has none"),
    (r"__assert_fail", "assert prints through stdio; check before fork()"),
    (r"_ZN7proclab", "the code of another object, which this check does not see; the child side "
                     "calls nothing but itself"),
]
