#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/job/catalogue.hpp"
#include "common/util/clock.hpp"
#include "common/util/uuid.hpp"
#include "daemon/api/control.hpp"
#include "daemon/api/reading.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/store/store.hpp"
#include "daemon/upkeep/upkeep.hpp"

namespace reeld::api {

/// An image that the account now has.
struct UploadedImage {
  std::string id;
  std::string sha256;
  std::string format;  ///< "png", "jpg" or "webp", by its bytes
  int width = 0;
  int height = 0;
};

/// Checks an image by its bytes and uploads it to the account. kBadInput: it is none that the service takes.
using UploadImage = std::function<boost::asio::awaitable<Result<UploadedImage>>(std::string bytes)>;

/// Forgets finished jobs, as upkeep::Upkeep does it.
using Prune = std::function<boost::asio::awaitable<Result<upkeep::PruneOutcome>>(store::PruneChoice choice,
                                                                                 std::string by)>;

/// What the API works with; all of it outlives the API.
struct Parts {
  boost::asio::any_io_executor executor;  ///< the server's
  Control& control;
  store::Store& store;
  Reading& reading;
  files::Pool& pool;
  Clock& clock;
  UuidGenerator& uuids;
  const Catalogue& catalogue;
  /// All figures in the text format of Prometheus, version 0.0.4.
  std::function<boost::asio::awaitable<Result<std::string>>()> metrics;
  std::function<std::size_t()> connections;  ///< that are open to the server
  UploadImage upload_image;
  /// Called with each new line of the history, in order.
  std::function<void(const store::EventLine&)> on_event;
  Prune prune;
};

/// What is set about the API.
struct ApiOptions {
  std::string version;
  Time started_at{};
  std::filesystem::path incoming;  ///< of the spool, told to people
  std::filesystem::path results;
  std::string output;                 ///< the template of result paths where a job has none
  std::string timezone;               ///< of the days in result paths
  std::size_t max_image = 20U << 20;  ///< bytes that an uploaded image may have
  std::string token;                  ///< what a TCP peer must show; empty: nothing
  std::string base_path;              ///< what a proxy puts before every path: "/reeld"; empty: nothing
  /// Under which names and addresses TCP peers may ask, beside those of this machine: the hosts that are
  /// listened on, and http.allowed_hosts.
  std::vector<std::string> hosts;
};

}  // namespace reeld::api
