// Chapter 2 · stdio: two questions to the native interface. Read native_file_win32.h first.
//
// ntdll's functions and these numbers are documented in the Windows Driver Kit (NtQueryInformationFile,
// FILE_MODE_INFORMATION, NtQueryVolumeInformationFile); winternl.h has only a part of them.
#include "chapters/ch02_stdio/native_file_win32.h"

#include <windows.h>

#include <winternl.h>

namespace proclab::stdio {

namespace {

struct FileMode {
  ULONG flags;
};
struct FileDevice {
  ULONG type;
  ULONG characteristics;
};
constexpr int kFileModeInformation = 16;
constexpr int kFileFsDeviceInformation = 4;
constexpr ULONG kSynchronous = 0x10 | 0x20;  // FILE_SYNCHRONOUS_IO_ALERT, …_NONALERT
constexpr ULONG kDeviceNull = 0x15;          // FILE_DEVICE_NULL

}  // namespace

extern "C" NTSTATUS NTAPI NtQueryVolumeInformationFile(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, int);

bool is_null_device(NativeHandle handle) noexcept {
  IO_STATUS_BLOCK status{};
  FileDevice device{};
  return NtQueryVolumeInformationFile(handle, &status, &device, sizeof device,
                                      kFileFsDeviceInformation) >= 0 &&
         device.type == kDeviceNull;
}

bool is_overlapped(NativeHandle handle) noexcept {
  IO_STATUS_BLOCK status{};
  FileMode mode{};
  return ::NtQueryInformationFile(handle, &status, &mode, sizeof mode,
                                  static_cast<FILE_INFORMATION_CLASS>(kFileModeInformation)) >= 0 &&
         (mode.flags & kSynchronous) == 0;
}

}  // namespace proclab::stdio
