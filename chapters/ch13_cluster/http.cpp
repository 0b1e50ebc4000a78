// Chapter 13 · cluster: requests read, responses written. Read http.h first.
#include "chapters/ch13_cluster/http.h"

#include <algorithm>

namespace proclab::cluster {
namespace {

Error bad(const char* what) { return make_error("request", std::errc::bad_message, what); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Cuts the next line off, without its "\r\n".
std::string_view take_line(std::string_view& head) {
  const std::size_t end = head.find("\r\n");
  const std::string_view line = head.substr(0, end);
  head.remove_prefix(std::min(head.size(), line.size() + 2));
  return line;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// "GET /path HTTP/1.1"
Result<bool> read_first_line(std::string_view line, Request& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("no request line");
  request.method = line.substr(0, first);
  request.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(request.method) || !is_visible(request.target)) return bad("no request line");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad("neither HTTP/1.0 nor 1.1");
  return version == "HTTP/1.1";
}

}  // namespace

//> read-request
Result<std::optional<Request>> read_request(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, kMostHead + 4).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() <= kMostHead) return std::optional<Request>{};
    return make_error("request", std::errc::message_size, "a head of more than 16 KiB");
  }
  Request request{.size = end + 4};
  std::string_view head = bytes.substr(0, end);
  const Result<bool> modern = read_first_line(take_line(head), request);
  if (!modern) return modern.error();
  request.keep_alive = *modern;
  bool has_host = false, has_body = false;
  while (!head.empty()) {
    const std::string_view line = take_line(head);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return bad("a header without a name");
    }
    const std::string_view name = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
    if (same(name, "connection"))
      request.keep_alive = same(value, "keep-alive") || (*modern && !same(value, "close"));
    if (same(name, "host")) has_host = true;
    if (same(name, "transfer-encoding") || (same(name, "content-length") && value != "0"))
      has_body = true;
  }
  if (*modern && !has_host) return bad("HTTP/1.1 without a Host");
  if (has_body) request.keep_alive = false;
  return std::optional(request);
}
//< read-request

void write_response(std::string& to, int status, std::string_view body, bool keep_alive,
                    bool head_only) {
  to += status == 200   ? "HTTP/1.1 200 OK\r\n"
        : status == 405 ? "HTTP/1.1 405 Method Not Allowed\r\n"
                        : "HTTP/1.1 400 Bad Request\r\n";
  to += "Content-Type: text/plain\r\nContent-Length: ";
  to += std::to_string(body.size());
  to += keep_alive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  if (!head_only) to += body;
}

}  // namespace proclab::cluster
