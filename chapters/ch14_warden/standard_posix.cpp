// Chapter 14 · warden: the standard streams on POSIX: their numbers are their names.
#include "chapters/ch14_warden/standard.h"

namespace proclab::warden {

NativeHandle standard(int slot) { return slot; }

}  // namespace proclab::warden
