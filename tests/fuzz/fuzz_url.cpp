// An address that a peer names: a film's, an upload's, a redirect's.
#include "daemon/http/client/url.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::http {
namespace {

using fuzz::require;

void check_url(const Url& url) {
  require(!url.host.empty() && url.port != 0, "an address leads somewhere");
  require(url.target.front() == '/', "a target begins with a slash");
  for (const char c : url.text()) require(c > ' ' && c < 0x7F, "a request's head cannot be broken");
  const auto again = parse_url(url.text());
  require(again && again->text() == url.text(), "an address means what its text says");
  require(again->host == url.host && again->port == url.port && again->tls == url.tls,
          "two readings of an address reach the same server");
}

void check(std::string_view text) {
  if (const auto url = parse_url(text)) check_url(*url);
  static const Url kBase = *parse_url("https://cdn.leonardo.ai/films/one?sig=1");
  if (const auto url = resolve_location(kBase, text)) check_url(*url);
}

}  // namespace
}  // namespace reeld::http

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::http::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
