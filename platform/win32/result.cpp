// platform · last_error on Windows: GetLastError(), and what POSIX would have called it.
//
// A category of our own: the C++ libraries' system_category maps few of these codes to std::errc,
// and not the same ones in libstdc++ and Microsoft's.
#include "platform/result.h"

#include <winsock2.h>

namespace proclab {
namespace {

constexpr struct {
  int code;
  std::errc errc;
} kMeanings[] = {
    {ERROR_FILE_NOT_FOUND, std::errc::no_such_file_or_directory},
    {ERROR_PATH_NOT_FOUND, std::errc::no_such_file_or_directory},
    {ERROR_INVALID_DRIVE, std::errc::no_such_file_or_directory},
    {ERROR_BAD_NETPATH, std::errc::no_such_file_or_directory},
    {ERROR_INVALID_NAME, std::errc::no_such_file_or_directory},
    {ERROR_BAD_PATHNAME, std::errc::no_such_file_or_directory},
    {ERROR_MOD_NOT_FOUND, std::errc::no_such_file_or_directory},
    {ERROR_ENVVAR_NOT_FOUND, std::errc::no_such_file_or_directory},
    {ERROR_DIRECTORY, std::errc::not_a_directory},
    {ERROR_ACCESS_DENIED, std::errc::permission_denied},
    {ERROR_SHARING_VIOLATION, std::errc::permission_denied},
    {ERROR_LOCK_VIOLATION, std::errc::permission_denied},
    {ERROR_WRITE_PROTECT, std::errc::permission_denied},
    {740 /* ERROR_ELEVATION_REQUIRED */, std::errc::permission_denied},
    {ERROR_PRIVILEGE_NOT_HELD, std::errc::operation_not_permitted},
    {ERROR_INVALID_HANDLE, std::errc::bad_file_descriptor},
    {ERROR_BROKEN_PIPE, std::errc::broken_pipe},
    {ERROR_NO_DATA, std::errc::broken_pipe},
    {ERROR_PIPE_NOT_CONNECTED, std::errc::broken_pipe},
    {ERROR_PIPE_BUSY, std::errc::device_or_resource_busy},
    {ERROR_BUSY, std::errc::device_or_resource_busy},
    {ERROR_INVALID_PARAMETER, std::errc::invalid_argument},
    {ERROR_INVALID_FLAGS, std::errc::invalid_argument},
    {ERROR_BAD_EXE_FORMAT, std::errc::executable_format_error},
    {ERROR_EXE_MACHINE_TYPE_MISMATCH, std::errc::executable_format_error},
    {ERROR_FILENAME_EXCED_RANGE, std::errc::filename_too_long},
    {ERROR_BUFFER_OVERFLOW, std::errc::filename_too_long},
    {ERROR_NOT_ENOUGH_MEMORY, std::errc::not_enough_memory},
    {ERROR_OUTOFMEMORY, std::errc::not_enough_memory},
    {ERROR_COMMITMENT_LIMIT, std::errc::not_enough_memory},
    {ERROR_TOO_MANY_OPEN_FILES, std::errc::too_many_files_open},
    {ERROR_ALREADY_EXISTS, std::errc::file_exists},
    {ERROR_FILE_EXISTS, std::errc::file_exists},
    {ERROR_DIR_NOT_EMPTY, std::errc::directory_not_empty},
    {ERROR_NOT_SAME_DEVICE, std::errc::cross_device_link},
    {ERROR_DISK_FULL, std::errc::no_space_on_device},
    {ERROR_HANDLE_DISK_FULL, std::errc::no_space_on_device},
    {ERROR_NOT_SUPPORTED, std::errc::not_supported},
    {ERROR_CALL_NOT_IMPLEMENTED, std::errc::function_not_supported},
    {ERROR_INVALID_FUNCTION, std::errc::function_not_supported},
    {ERROR_OPERATION_ABORTED, std::errc::operation_canceled},
    {ERROR_IO_PENDING, std::errc::operation_in_progress},
    {ERROR_NO_UNICODE_TRANSLATION, std::errc::illegal_byte_sequence},
    {WAIT_TIMEOUT, std::errc::timed_out},
    {ERROR_SEM_TIMEOUT, std::errc::timed_out},
    {ERROR_TIMEOUT, std::errc::timed_out},
    // Winsock's own numbers: errno's of BSD plus 10000. GetLastError() gives them, too.
    {WSAEWOULDBLOCK, std::errc::resource_unavailable_try_again},
    {WSAEINPROGRESS, std::errc::operation_in_progress},
    {WSAEACCES, std::errc::permission_denied},
    {WSAEINVAL, std::errc::invalid_argument},
    {WSAEMFILE, std::errc::too_many_files_open},
    {WSAENOTSOCK, std::errc::not_a_socket},
    {WSAEMSGSIZE, std::errc::message_size},
    {WSAEPROTOTYPE, std::errc::wrong_protocol_type},
    {WSAENOPROTOOPT, std::errc::no_protocol_option},
    {WSAEPROTONOSUPPORT, std::errc::protocol_not_supported},
    {WSAEOPNOTSUPP, std::errc::operation_not_supported},
    {WSAEAFNOSUPPORT, std::errc::address_family_not_supported},
    {WSAEADDRINUSE, std::errc::address_in_use},
    {WSAEADDRNOTAVAIL, std::errc::address_not_available},
    {WSAENETUNREACH, std::errc::network_unreachable},
    {WSAEHOSTUNREACH, std::errc::host_unreachable},
    {WSAECONNABORTED, std::errc::connection_aborted},
    {WSAECONNRESET, std::errc::connection_reset},
    {ERROR_NETNAME_DELETED, std::errc::connection_reset},  // ReadFile's word for it
    {WSAENOBUFS, std::errc::no_buffer_space},
    {WSAEISCONN, std::errc::already_connected},
    {WSAENOTCONN, std::errc::not_connected},
    {WSAESHUTDOWN, std::errc::broken_pipe},
    {WSAETIMEDOUT, std::errc::timed_out},
    {WSAECONNREFUSED, std::errc::connection_refused},
};

/// What msvcrt, the C library that is on every Windows, calls "Unknown error": it is older than those numbers.
constexpr struct {
  std::errc errc;
  const char* text;
} kTexts[] = {
    {std::errc::address_family_not_supported, "Address family not supported by protocol"},
    {std::errc::address_in_use, "Address already in use"},
    {std::errc::address_not_available, "Cannot assign requested address"},
    {std::errc::already_connected, "Transport endpoint is already connected"},
    {std::errc::bad_message, "Bad message"},
    {std::errc::connection_aborted, "Software caused connection abort"},
    {std::errc::connection_refused, "Connection refused"},
    {std::errc::connection_reset, "Connection reset by peer"},
    {std::errc::host_unreachable, "No route to host"},
    {std::errc::message_size, "Message too long"},
    {std::errc::network_unreachable, "Network is unreachable"},
    {std::errc::no_buffer_space, "No buffer space available"},
    {std::errc::no_protocol_option, "Protocol not available"},
    {std::errc::not_a_socket, "Socket operation on non-socket"},
    {std::errc::not_connected, "Transport endpoint is not connected"},
    {std::errc::not_supported, "Operation not supported"},
    {std::errc::operation_canceled, "Operation canceled"},
    {std::errc::operation_in_progress, "Operation now in progress"},
    {std::errc::operation_not_supported, "Operation not supported"},
    {std::errc::owner_dead, "Owner died"},
    {std::errc::protocol_error, "Protocol error"},
    {std::errc::protocol_not_supported, "Protocol not supported"},
    {std::errc::text_file_busy, "Text file busy"},
    {std::errc::timed_out, "Timed out"},
    {std::errc::too_many_symbolic_link_levels, "Too many levels of symbolic links"},
    {std::errc::value_too_large, "Value too large for defined data type"},
    {std::errc::wrong_protocol_type, "Protocol wrong type for socket"},
};

class Win32Category : public std::error_category {
 public:
  const char* name() const noexcept override { return "win32"; }
  std::string message(int code) const override {
    std::string text = std::system_category().message(code);
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
      text.pop_back();  // FormatMessage's texts are lines
    }
    return text;
  }
  std::error_condition default_error_condition(int code) const noexcept override {
    for (const auto& meaning : kMeanings) {
      if (meaning.code == code) return std::make_error_condition(meaning.errc);
    }
    return {code, *this};  // never generic_category: 21 is ERROR_NOT_READY here and EISDIR there
  }
};

}  // namespace

Error last_error(const char* call, std::string_view detail) {
  const DWORD number = ::GetLastError();  // before anything can change it
  static const Win32Category category;
  return {call, std::error_code(static_cast<int>(number), category), std::string(detail)};
}

std::string Error::reason() const {
  for (const auto& [errc, text] : kTexts) {
    if (code == std::make_error_code(errc)) return text;
  }
  return code.message();
}

}  // namespace proclab
