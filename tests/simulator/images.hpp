#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tests/simulator/ids.hpp"
#include "tests/simulator/options.hpp"
#include "tests/simulator/state_log.hpp"

namespace reeld::sim {

/// A start image: announced by init-image, there once its upload was taken.
struct Image {
  std::string id;
  std::string extension;
  std::vector<std::pair<std::string, std::string>> fields;  ///< what the upload's form must repeat
  Time created;
  bool uploaded = false;
  std::uint64_t size = 0;
  std::string sha256;
};

/// The account's start images.
class Images {
 public:
  Images(const Options& options, StateLog& log);

  const Image& announce(std::string_view extension, Time now);
  void mark_uploaded(Image& image, std::uint64_t size, std::string sha256);
  bool remove(std::string_view id);
  Image* find(std::string_view id);
  bool is_uploaded(std::string_view id) const;
  void restore(const Json& line);
  Json to_json() const;

 private:
  const Options& options_;
  StateLog& log_;
  IdMaker ids_;
  std::unordered_map<std::string, Image> images_;
};

/// "image/png" for "png"; nothing for an extension that the service does not take.
std::optional<std::string_view> media_type_of(std::string_view extension);

/// True where the bytes begin as files of that extension do.
bool has_format(std::string_view bytes, std::string_view extension);

}  // namespace reeld::sim
