// Chapter 8 · benchmark: the smallest child that lives: until its stdin ends, or a signal comes.
//
// Ten thousand of it have to fit into memory, so it has no C library to start. Nothing has called _start, and
// it must not return. When the benchmark dies, so does the other end of its stdin, and with that all of these.
#include <sys/syscall.h>
#include <unistd.h>

extern "C" [[noreturn]] void _start() {
  char byte = 0;
  ::syscall(SYS_read, 0, &byte, 1);  // read() itself would bring half of the C library along
  ::_exit(0);
}
