// platform · how an Error reads.
#include "platform/result.h"

namespace proclab {

std::string Error::message() const {
  std::string text = std::string(call) + ": " + reason();
  if (!detail.empty()) text += " (" + detail + ")";
  return text;
}

}  // namespace proclab
