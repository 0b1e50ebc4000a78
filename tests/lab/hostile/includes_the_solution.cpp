// Hostile: the compiler shall read the solution. Does not compile in a cage.
#include "SOLUTION"
