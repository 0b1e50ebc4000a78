// Hostile: the assembler shall put a file into the program.
asm(".incbin \"/etc/shadow\"");
int main() {}
