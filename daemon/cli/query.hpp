#pragma once

#include <string>
#include <string_view>

namespace reeld::cli {

/// `text` as it stands in a path or query: everything but letters, digits and -._~ as %XX.
std::string percent_encode(std::string_view text);

/// The target of a request: a path and, behind it, name=value for each pair that was added.
class Query {
 public:
  explicit Query(std::string path) : target_(std::move(path)) {}

  /// An empty value is left out.
  Query& add(std::string_view name, std::string_view value);
  const std::string& str() const { return target_; }

 private:
  std::string target_;
  bool any_ = false;
};

}  // namespace reeld::cli
