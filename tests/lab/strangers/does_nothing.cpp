// Knows no exercise: it ends at once, and well.
int main() {}
