#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/job/state.hpp"
#include "common/util/error.hpp"
#include "daemon/store/records.hpp"

namespace reeld::store {

/// What a render cost, in DOLLARS or CREDITS.
struct Price {
  Amount amount;
  std::string unit;
};

/// What a queue has learned that tells about jobs to come. Read over a connection that can change nothing.
/// Blocking. Errors: kUnavailable.
class Estimates {
 public:
  virtual ~Estimates() = default;

  /// The state of the job with this key (`reeld.id`); nothing where there is none.
  virtual Result<std::optional<JobState>> state_of(const std::string& key) = 0;

  /// How long recent renders of this kind took, newest first, at most 50.
  virtual Result<std::vector<Duration>> render_times(const RenderKind& kind) = 0;

  /// What the service named last for jobs of this kind (price_kind()).
  virtual Result<std::optional<Price>> price(const std::string& price_kind) = 0;

  /// Dollars that all submits so far came to, with what is reserved for those whose outcome is open.
  virtual Result<Amount> spent() = 0;
};

/// kNotFound: there is no queue yet. kUnavailable: it cannot be read.
Result<std::unique_ptr<Estimates>> open_estimates(const std::filesystem::path& database);

}  // namespace reeld::store
