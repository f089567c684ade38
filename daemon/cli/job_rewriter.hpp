#pragma once

#include <string>

#include "common/util/error.hpp"

namespace reeld::cli {

/// Changes the text of jobs on its way to the daemon.
class JobRewriter {
 public:
  virtual ~JobRewriter() = default;

  /// A document: a job, or an array of jobs. What is no JSON stays as it is: the daemon says what is wrong.
  virtual Result<std::string> rewrite(const std::string& document) = 0;

  /// Whole lines, a document in each.
  Result<std::string> rewrite_lines(const std::string& lines);
};

}  // namespace reeld::cli
