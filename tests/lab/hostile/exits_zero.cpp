// Hostile: says that all is well, and does nothing.
int main() { return 0; }
