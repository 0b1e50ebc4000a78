// tests/platform · a Win32 code compares equal to the std::errc that POSIX would give.
#include "platform/result.h"

#include <winsock2.h>

#include <gtest/gtest.h>

namespace proclab {
namespace {

TEST(Error, MapsWin32CodesToErrc) {
  constexpr struct {
    DWORD code;
    std::errc errc;
  } kTable[] = {
      {ERROR_FILE_NOT_FOUND, std::errc::no_such_file_or_directory},
      {ERROR_PATH_NOT_FOUND, std::errc::no_such_file_or_directory},
      {ERROR_ACCESS_DENIED, std::errc::permission_denied},
      {ERROR_SHARING_VIOLATION, std::errc::permission_denied},
      {ERROR_BROKEN_PIPE, std::errc::broken_pipe},
      {ERROR_NO_DATA, std::errc::broken_pipe},
      {ERROR_INVALID_HANDLE, std::errc::bad_file_descriptor},
      {ERROR_INVALID_PARAMETER, std::errc::invalid_argument},
      {ERROR_DIRECTORY, std::errc::not_a_directory},
      {ERROR_BAD_EXE_FORMAT, std::errc::executable_format_error},
      {ERROR_EXE_MACHINE_TYPE_MISMATCH, std::errc::executable_format_error},
      {ERROR_FILENAME_EXCED_RANGE, std::errc::filename_too_long},
      {ERROR_NOT_ENOUGH_MEMORY, std::errc::not_enough_memory},
      {ERROR_OUTOFMEMORY, std::errc::not_enough_memory},
      {ERROR_TOO_MANY_OPEN_FILES, std::errc::too_many_files_open},
      {ERROR_ALREADY_EXISTS, std::errc::file_exists},
      {ERROR_FILE_EXISTS, std::errc::file_exists},
      {ERROR_NOT_SUPPORTED, std::errc::not_supported},
      {ERROR_CALL_NOT_IMPLEMENTED, std::errc::function_not_supported},
      {ERROR_PRIVILEGE_NOT_HELD, std::errc::operation_not_permitted},
      {740 /* ERROR_ELEVATION_REQUIRED */, std::errc::permission_denied},
      {ERROR_OPERATION_ABORTED, std::errc::operation_canceled},
      {ERROR_PIPE_BUSY, std::errc::device_or_resource_busy},
      {ERROR_DISK_FULL, std::errc::no_space_on_device},
      {ERROR_NO_UNICODE_TRANSLATION, std::errc::illegal_byte_sequence},
      {WAIT_TIMEOUT, std::errc::timed_out},
      {ERROR_SEM_TIMEOUT, std::errc::timed_out},
      {ERROR_ENVVAR_NOT_FOUND, std::errc::no_such_file_or_directory},
      {WSAEADDRINUSE, std::errc::address_in_use},
      {WSAECONNREFUSED, std::errc::connection_refused},
      {WSAENOTSOCK, std::errc::not_a_socket},
      {ERROR_NETNAME_DELETED, std::errc::connection_reset},
  };
  for (const auto& [code, errc] : kTable) {
    ::SetLastError(code);
    EXPECT_EQ(last_error("x").code, errc) << code << " " << last_error("x").message();
  }
}

TEST(Error, LeavesAnUnknownWin32CodeUnlikeAnyErrc) {
  ::SetLastError(ERROR_SXS_CANT_GEN_ACTCTX);  // 14001: no POSIX counterpart
  const Error error = last_error("x");
  EXPECT_EQ(error.code.value(), ERROR_SXS_CANT_GEN_ACTCTX);
  EXPECT_NE(error.code, std::errc::no_such_file_or_directory);
  EXPECT_FALSE(error.code.message().empty());
}

TEST(Error, AnErrnoNumberIsNoWin32Code) {
  ::SetLastError(ERROR_NOT_READY);  // 21, and EISDIR is 21 too
  EXPECT_NE(last_error("x").code, std::errc::is_a_directory);
}

}  // namespace
}  // namespace proclab
