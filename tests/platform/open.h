// tests/platform · the few raw calls that the tests of Handle and Error need, a sibling a system.
#pragma once

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::test {

/// Opens the null device; the caller owns it.
NativeHandle open_null();
bool is_open(NativeHandle native);
void close_raw(NativeHandle native);
/// Sets errno or GetLastError().
void set_error(int code);
inline constexpr int kSomeError = 2;  // ENOENT and ERROR_FILE_NOT_FOUND

}  // namespace proclab::test
