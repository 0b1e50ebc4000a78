// Hostile: the assembler shall put the solution into the program, which prints it.
#include <cstdio>
asm(".globl stolen\nstolen: .incbin \"SOLUTION\"\n.byte 0");
extern "C" const char stolen[];
int main() { std::puts(stolen); }
