// tests/ch13 · HTTP, as little of it as there is.
#include "chapters/ch13_cluster/http.h"

#include <gtest/gtest.h>

namespace proclab::cluster {
namespace {

std::string why(const std::string& bytes) {
  const Result<std::optional<Request>> request = read_request(bytes);
  return request ? (*request ? "a request" : "more") : request.error().detail;
}

TEST(Http, ReadsARequestAndLeavesTheNext) {
  const std::string both = "GET /a?b HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.0\r\n\r\n";
  const Result<std::optional<Request>> first = read_request(both);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->method, "GET");
  EXPECT_EQ((*first)->target, "/a?b");
  EXPECT_TRUE((*first)->keep_alive);
  const Result<std::optional<Request>> second =
      read_request(std::string_view(both).substr((*first)->size));
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->method, "HEAD");
  EXPECT_FALSE((*second)->keep_alive);
}

TEST(Http, WaitsForWhatIsNotThereYet) {
  const std::string whole = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(why(whole.substr(0, size)), "more");
  EXPECT_EQ(why(whole), "a request");
}

TEST(Http, KnowsTheLastRequestOfAConnection) {
  const auto last = [](const std::string& headers) {
    return !(*read_request("GET / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n"))->keep_alive;
  };
  EXPECT_FALSE(last(""));
  EXPECT_FALSE(last("Content-Length: 0\r\n"));
  EXPECT_TRUE(last("CONNECTION:close\r\n"));
  EXPECT_TRUE(last("Content-Length: 1\r\n"));
  EXPECT_TRUE(last("Transfer-Encoding: chunked\r\n"))
      << "a body is not read, so nothing behind it is a request";
}

TEST(Http, RefusesWhatIsNone) {
  EXPECT_EQ(why("hello\r\n\r\n"), "no request line");
  EXPECT_EQ(why("GET /\r\n\r\n"), "no request line");
  EXPECT_EQ(why("GET a b HTTP/1.1\r\nHost: x\r\n\r\n"), "no request line");
  EXPECT_EQ(why("G(T / HTTP/1.1\r\nHost: x\r\n\r\n"), "no request line");
  EXPECT_EQ(why("GET / HTTP/2.0\r\n\r\n"), "neither HTTP/1.0 nor 1.1");
  EXPECT_EQ(why("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 without a Host");
  EXPECT_EQ(why("GET / HTTP/1.1\r\nHost : x\r\n\r\n"), "a header without a name");
  EXPECT_EQ(why("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n"), "a header without a name");
  EXPECT_EQ(why("\r\n\r\n"), "no request line");
  EXPECT_EQ(why(std::string(kMostHead + 1, 'x')), "a head of more than 16 KiB");
}

TEST(Http, WritesAResponse) {
  std::string out;
  write_response(out, 200, "hi", true);
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: "
            "keep-alive\r\n\r\nhi");
  out.clear();
  write_response(out, 400, "no", false, true);
  EXPECT_EQ(out,
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: "
            "2\r\nConnection: close\r\n\r\n");
}

}  // namespace
}  // namespace proclab::cluster
