#include "tests/simulator/tests/https_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>

namespace reeld::sim {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Stream = asio::ssl::stream<asio::ip::tcp::socket>;

std::string lower(boost::beast::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(c));
  return result;
}

void connect(Stream& stream, std::uint16_t port) {
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification("localhost"));
  SSL_set_tlsext_host_name(stream.native_handle(), "localhost");
  stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
  stream.handshake(asio::ssl::stream_base::client);
}

}  // namespace

Reply HttpsClient::send(const std::string& method, const std::string& target, const Headers& headers,
                        const std::string& body) const {
  Reply reply;
  try {
    asio::io_context context;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.load_verify_file(ca_file_.string());
    Stream stream(context, tls);
    connect(stream, port_);

    http::request<http::string_body> request(http::string_to_verb(method), target, 11, body);
    request.set(http::field::host, "localhost");
    for (const auto& [name, value] : headers) request.set(name, value);
    request.prepare_payload();
    http::write(stream, request);

    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(64 * 1024 * 1024);
    parser.skip(method == "HEAD");
    boost::system::error_code error;
    http::read(stream, buffer, parser, error);
    if (error) reply.error = error.message();
    if (!parser.is_header_done()) return reply;
    reply.status = static_cast<int>(parser.get().result_int());
    for (const auto& header : parser.get()) reply.headers[lower(header.name_string())] = header.value();
    reply.body = parser.get().body();
  } catch (const boost::system::system_error& error) {
    reply.error = error.what();
  }
  return reply;
}

}  // namespace reeld::sim
