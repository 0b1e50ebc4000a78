// Chapter 4 · benchmark: the smallest program there is, so that what is timed is the spawn.
//
// It has no C library to start and no dynamic loader, which alone cost more than a spawn. The linker
// takes _start as the first instruction; nothing has called it, so it must not return.
#include <unistd.h>

extern "C" [[noreturn]] void _start() { ::_exit(0); }
