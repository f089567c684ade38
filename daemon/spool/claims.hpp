#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/spool/layout.hpp"

/// The folders claimed/<batch>/, each with one file that reeld has taken but not finished with. Blocking.
namespace reeld::spool {

/// Moves incoming/NAME into a claim of its own, marked with the queue it is for; both are on the disk then.
/// kNotFound: it is gone.
Result<void> take_file(const Layout& layout, const std::string& name, const BatchId& batch,
                       const std::string& queue_id);

/// The claims there are, oldest first. What has no id for a name is not reeld's and left out.
Result<std::vector<BatchId>> list_claims(const Layout& layout);

struct ClaimedFile {
  std::string name;         ///< empty: none is there
  bool is_foreign = false;  ///< another queue's, or it holds what intake never puts there: not to be touched
};

/// What stands in a claim, as the queue of that id sees it.
Result<ClaimedFile> claimed_file(const Layout& layout, const BatchId& batch, const std::string& queue_id);

/// Removes a claim whose file has left it.
Result<void> clear_claim(const Layout& layout, const BatchId& batch);

}  // namespace reeld::spool
