#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tests/simulator/clips.hpp"

namespace reeld::sim {

/// Bytes that the CDN serves: a fixed beginning and a tail that is worked out where it is read, so that a
/// film of any size takes no memory. The same arguments always give the same bytes.
class Content {
 public:
  /// A film: the clip, then one `free` box that names the generation and pads the file to `total` bytes (0:
  /// no padding). `variant` other than 0 gives other bytes of the same size. `total` below min_film_bytes()
  /// counts as 0.
  static Content film(std::string_view generation_id, int index, int seconds, std::uint64_t total,
                      int variant = 0);
  static Content poster_image();

  std::uint64_t size() const { return head_.size() + box_.size() + padding_; }
  const std::string& etag() const { return etag_; }

  /// Fills `out` from `offset`; offset + out.size() must not pass size().
  void read(std::uint64_t offset, std::span<std::uint8_t> out) const;

  /// Of all bytes, in hexadecimal. The clip's part is computed once.
  std::string sha256() const;

 private:
  Bytes head_;
  std::string box_;  ///< the box's header and its label
  std::uint64_t padding_ = 0;
  std::uint64_t seed_ = 0;
  std::string etag_;
};

/// The smallest exact size that any film can be padded to.
std::uint64_t min_film_bytes();

/// SHA-256 of some bytes, in hexadecimal.
std::string sha256_hex(Bytes bytes);

}  // namespace reeld::sim
