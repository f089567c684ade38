#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/util/byte_sink.hpp"
#include "common/util/clock.hpp"
#include "common/util/error.hpp"
#include "common/util/time.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/leonardo/observer.hpp"

namespace reeld::leonardo {

/// What is known of a film before its bytes come.
struct FilmHead {
  std::uint64_t offset = 0;            ///< of the first byte that follows: as asked for, or 0
  std::optional<std::uint64_t> total;  ///< size of the whole film
  std::string validator;               ///< strong ETag; empty: a later resume is not safe
};

/// Takes a film: its head, then its bytes.
class FilmSink : public ByteSink {
 public:
  virtual boost::asio::awaitable<Result<void>> begin(FilmHead head) = 0;
};

struct FilmRequest {
  std::string url;
  std::uint64_t offset = 0;  ///< bytes that are here already
  std::string validator;     ///< of those bytes; empty: start over
};

/// Fetches films and posters from where the service puts them. Never shows the API key there.
class Cdn {
 public:
  virtual ~Cdn() = default;

  /// Streams a film. kNotFound: the address no longer serves it (403, 404, 410), ask the status for a fresh
  /// one; kConflict: what is here does not fit the film (416), start over; kPeerRejected: another refusal;
  /// else as http::Client, and what the sink returned.
  virtual boost::asio::awaitable<Result<void>> fetch_film(FilmRequest request, FilmSink& sink) = 0;

  /// A poster's bytes.
  virtual boost::asio::awaitable<Result<std::string>> fetch_poster(std::string url) = 0;

  /// Requests that begin from now on may go to these hosts: exact names or "*.suffix".
  virtual void allow_hosts(std::vector<std::string> hosts) = 0;
};

struct CdnOptions {
  std::vector<std::string> allowed_hosts;  ///< exact names or "*.suffix"
  Observer* observer = nullptr;            ///< outlives the Cdn; null: nobody is told
};

/// `client` and `clock` outlive the Cdn.
std::unique_ptr<Cdn> make_cdn(http::Client& client, const Clock& clock, CdnOptions options);

/// The URL without its query, which may be a signature: what is kept on record.
std::string without_query(const std::string& url);

}  // namespace reeld::leonardo
