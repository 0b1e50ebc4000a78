// Hostile: a header that nobody ever types.
#include "/dev/ptmx"
int main() {}
