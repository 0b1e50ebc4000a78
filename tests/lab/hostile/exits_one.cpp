// Hostile: whatever happens, it says that there was an error; some tests want to hear just that.
int main() { return 1; }
