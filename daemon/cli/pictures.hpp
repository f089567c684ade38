#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "common/util/json.hpp"
#include "daemon/cli/job_rewriter.hpp"
#include "daemon/cli/trouble.hpp"
#include "daemon/spool/frame_file.hpp"

namespace reeld::cli {

class Control;

/// Puts the ids of uploaded images in the places of local pictures in the text of jobs: over the API the
/// daemon sees no files of whoever submits.
class Pictures final : public JobRewriter {
 public:
  /// Pictures are named from `folder`. With `look_only` they are checked and not uploaded, and a made-up id
  /// stands for them. `control` outlives this.
  Pictures(Control& control, std::filesystem::path folder, bool look_only);

  /// Text that names no local picture stays as it is. An error: trouble() has it in words.
  Result<std::string> rewrite(const std::string& document) override;

  /// Why a picture cannot be used; nothing: all can.
  const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  bool replace_in(Json& job);
  bool replace(Json& frame);
  std::optional<std::string> id_of(const std::string& file);
  std::optional<std::string> upload(const spool::FrameFile& frame);

  Control& control_;
  std::filesystem::path folder_;
  spool::FrameRules rules_;
  bool look_only_;
  std::map<std::string, std::string> ids_;  ///< by the name that jobs use
  std::optional<Trouble> trouble_;
};

}  // namespace reeld::cli
