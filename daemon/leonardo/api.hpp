#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/util/clock.hpp"
#include "common/util/error.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/leonardo/observer.hpp"
#include "daemon/leonardo/types.hpp"

namespace reeld::leonardo {

/// The calls that reeld makes. Knows no queue: each call is one request, never repeated here.
class Api {
 public:
  virtual ~Api() = default;

  template <class T>
  using Async = boost::asio::awaitable<ApiResult<T>>;

  /// Runs when the connection stands, before the first byte: an error means that nothing is sent (kNotSent).
  using BeforeSend = std::function<boost::asio::awaitable<Result<void>>()>;

  /// POST /v2/generations with this JSON text. What is not a certain yes or a certain no is kMaybeSent.
  virtual Async<Accepted> submit(std::string body, BeforeSend before_send) = 0;

  /// GET /v1/generations/{id}. kNotFound: the service calls it null, which it also does for a fresh one.
  virtual Async<Generation> generation(GenerationId id) = 0;

  /// GET /v1/generations/user/{id}: one page of the account's generations, newest first as far as is known.
  virtual Async<std::vector<Generation>> generations_of(std::string user_id, int offset, int limit) = 0;

  /// GET /v1/me: whose key this is. The cheapest proof that it works.
  virtual Async<Account> me() = 0;

  /// DELETE /v1/generations/{id}.
  virtual Async<void> remove(GenerationId id) = 0;

  /// Requests that begin from now on carry this key.
  virtual void set_key(std::string api_key) = 0;

  /// Now, by the service's clock as its last answer's Date header told it; the local time before the first
  /// answer.
  virtual Time upstream_now() const = 0;

  /// True once this process has heard an answer's Date.
  virtual bool knows_upstream_time() const = 0;
};

struct ApiOptions {
  std::string base_url;          ///< "https://cloud.leonardo.ai/api/rest"
  std::string api_key;           ///< a secret: sent to base_url's origin only, never logged
  Observer* observer = nullptr;  ///< outlives the Api; null: nobody is told
};

/// `client` and `clock` outlive the Api.
std::unique_ptr<Api> make_api(http::Client& client, const Clock& clock, ApiOptions options);

}  // namespace reeld::leonardo
