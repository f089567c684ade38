#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "common/job/image_format.hpp"
#include "daemon/http/client/client.hpp"
#include "daemon/leonardo/api.hpp"
#include "daemon/leonardo/types.hpp"

namespace reeld::leonardo {

/// A whole image in memory. Its bytes are of its format: the service refuses any other.
struct ImageFile {
  ImageFormat format = ImageFormat::kPng;
  std::string bytes;
};

/// An image that belongs to the account: usable as a start frame by this id and the type "UPLOADED".
struct UploadedImage {
  std::string id;
};

/// Brings images into the account. An upload costs nothing, so a failed one may always be tried again; at
/// worst an image stays there that nobody uses.
class Images {
 public:
  virtual ~Images() = default;

  template <class T>
  using Async = boost::asio::awaitable<ApiResult<T>>;

  /// POST /v1/init-image, then the file to the storage that its answer names, without the API key. Leave that
  /// ran out on the way is asked for once more.
  ///
  /// Errors: kInvalid (the image is refused for what it is), kUnauthorized, kRateLimited and the other
  /// classes of a refusal; kNotSent (the last request did not leave); kServerError (anything else: not known
  /// to be there). Never kMaybeSent.
  virtual Async<UploadedImage> upload(ImageFile image) = 0;

  /// Requests that begin from now on carry this key.
  virtual void set_key(std::string api_key) = 0;
};

/// `client` outlives the Images.
std::unique_ptr<Images> make_images(http::Client& client, ApiOptions options);

}  // namespace reeld::leonardo
