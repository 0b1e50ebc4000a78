// tests/ch13 · clients. Read clients.h.
#include "tests/ch13_cluster/clients.h"

#include <gtest/gtest.h>

namespace proclab::cluster {

std::uint16_t free_port() {
  return sockets::local_address(*sockets::listen_tcp({"127.0.0.1", 0}))->port;
}

std::string Client::body() const {
  std::string all;
  for (std::size_t at = got.find("\r\n\r\n"); at != std::string::npos;) {
    const std::size_t next = got.find("HTTP/1.1 ", at);
    all += got.substr(at + 4, next == std::string::npos ? next : next - at - 4);
    at = next == std::string::npos ? next : got.find("\r\n\r\n", next);
  }
  return all;
}

int Client::status() const {
  return got.starts_with("HTTP/1.1 ") && got.size() > 12 ? std::stoi(got.substr(9, 3)) : 0;
}

void Client::say(const std::string& bytes) {
  if (stream) stream->write(bytes);
}

std::shared_ptr<Client> Clients::connect(const sockets::TcpAddress& to) {
  Result<sockets::Socket> socket = sockets::connect_tcp(to, Deadline::after(Milliseconds(10'000)));
  if (socket) return connect(std::move(*socket));
  auto client = std::make_shared<Client>();
  client->over = true;
  client->why = socket.error();
  return client;
}

std::shared_ptr<Client> Clients::connect(sockets::Socket socket) {
  auto client = std::make_shared<Client>();
  client->stream = std::move(loop::Stream::open(loop_, std::move(socket))).value();
  read(client);
  return client;
}

std::shared_ptr<Client> Clients::get(const sockets::TcpAddress& to) {
  std::shared_ptr<Client> client = connect(to);
  client->say(kGet);
  return client;
}

void Clients::read(const std::shared_ptr<Client>& client) {
  client->stream->read([this, weak = std::weak_ptr(client)](const Result<loop::Bytes>& got) {
    const std::shared_ptr<Client> one = weak.lock();
    if (!one) return;
    if (got && !got->end()) {
      one->got += got->data;
      return read(one);
    }
    if (!got) one->why = got.error();
    one->over = true;
    one->stream.reset();
  });
}

}  // namespace proclab::cluster
