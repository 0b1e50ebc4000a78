// platform · wide: the same text as platform/text.h, as the wchar_t that windows.h speaks.
#pragma once

#include <string>
#include <string_view>

#include "platform/result.h"
#include "platform/text.h"

namespace proclab {

/// UTF-8 to what a W function takes. The same errors as to_utf16.
[[nodiscard]] inline Result<std::wstring> to_wide(std::string_view utf8) {
  Result<std::u16string> text = to_utf16(utf8);
  if (!text) return text.error();
  return std::wstring(text->begin(), text->end());
}

/// What a W function gave, as UTF-8.
[[nodiscard]] inline std::string from_wide(std::wstring_view wide) {
  return to_utf8(std::u16string(wide.begin(), wide.end()));
}

}  // namespace proclab
