// Chapter 13 · cluster: as much of HTTP/1.1 as a worker needs to be measured beside others. No I/O here.
//
// Question: none of this chapter's; but a worker that serves must serve something that wrk and curl speak. GET and
// HEAD, keep-alive, pipelining; no bodies. Source: RFC 9112. Read before: nothing. Then http_server.h.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "platform/result.h"

namespace proclab::cluster {

/// The longest head of a request.
inline constexpr std::size_t kMostHead = 16 * 1024;

/// The head of a request; the views are into what was read.
struct Request {
  std::string_view method, target;
  bool keep_alive =
      true;  ///< HTTP/1.1's usual, or said so; a request with a body is the last, as we do not read it
  std::size_t size = 0;  ///< bytes up to the next request
};

/// The first request in `bytes`; nullopt: it is not complete yet.
/// Errors: bad_message: it is none, and never will be; message_size: its head is longer than kMostHead.
[[nodiscard]] Result<std::optional<Request>> read_request(std::string_view bytes);

/// Appends a whole response, of text. `head_only`: what HEAD gets.
void write_response(std::string& to, int status, std::string_view body, bool keep_alive,
                    bool head_only = false);

}  // namespace proclab::cluster
