#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "common/util/json.hpp"
#include "daemon/cli/pictures.hpp"

namespace reeld::cli {

/// Gives each job of a file a key of its own (`reeld.id`) where it has none, so that a later run knows it
/// again after other lines of the file were changed: what is in the queue already is not taken in twice.
///
/// The key is made of the file's name, of all that is sent (a picture by its bytes, not by its name) and of
/// how many equal jobs stand before it. What else stands under `reeld` does not change it.
class RenderKeys final : public JobRewriter {
 public:
  /// `file_name` has no folder; pictures are named from `folder` and put in by `pictures`, which outlives
  /// this.
  RenderKeys(Pictures& pictures, const std::string& file_name, std::filesystem::path folder);

  Result<std::string> rewrite(const std::string& document) override;

  /// Of all jobs that were rewritten so far, in their order: the same for the same jobs.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  void add_key(Json& job);
  /// Puts digests in the places of local pictures.
  void replace_pictures(Json& value);
  std::string digest_of(const std::string& picture);

  Pictures& pictures_;
  std::string file_name_;
  std::filesystem::path folder_;
  std::string fingerprint_;
  std::map<std::string, int> seen_;             ///< how often, by what is sent
  std::map<std::string, std::string> digests_;  ///< of pictures, by their names
};

}  // namespace reeld::cli
