// tests/support · wine: not here.
#include "tests/support/wine.h"

namespace proclab::test {

bool under_wine() { return false; }

}  // namespace proclab::test
