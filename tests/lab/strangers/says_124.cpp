// Knows no exercise: it claims that something took too long, and has not even begun.
int main() { return 124; }
