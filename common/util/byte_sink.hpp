#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "common/util/error.hpp"

namespace reeld {

/// Where a stream of bytes goes, one chunk at a time: a file, a counter, a test's string.
class ByteSink {
 public:
  virtual ~ByteSink() = default;

  /// Takes the next bytes; the caller sends no more before this returns, so memory stays bounded.
  /// An error ends the stream and is handed to whoever started it.
  virtual boost::asio::awaitable<Result<void>> write(std::string chunk) = 0;
};

}  // namespace reeld
