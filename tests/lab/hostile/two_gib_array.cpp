// Hostile: a program file of 2 GiB.
char big[2040109465] = {1};
int main() { return big[5]; }
