// Chapter 2 · stdio: two questions about a handle that only the native interface answers. Windows only.
#pragma once

#include "platform/native.h"

namespace proclab::stdio {

/// Whether `handle` is the null device (its device type is FILE_DEVICE_NULL).
[[nodiscard]] bool is_null_device(NativeHandle handle) noexcept;

/// Whether `handle` was opened with FILE_FLAG_OVERLAPPED. It is settled at opening and cannot be
/// changed; only NtQueryInformationFile tells. libuv asks the same of a stdout it was given.
[[nodiscard]] bool is_overlapped(NativeHandle handle) noexcept;

}  // namespace proclab::stdio
