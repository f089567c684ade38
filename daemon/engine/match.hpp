#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/leonardo/types.hpp"
#include "daemon/store/reconcile_store.hpp"

/// Telling which of the account's generations a submit of unknown outcome became. Pure rules;
/// docs/leonardo-api.md, "The account's list", says what they rest on.
namespace reeld::engine {

/// How far the service's clocks may be apart from each other and from what its Date header says.
inline constexpr Duration kClockSlack{60'000};
/// What was made later than this after the intent cannot have come of it.
inline constexpr Duration kLatestArrival{600'000};

/// What a submit asked for, as far as the list can show it.
struct Wanted {
  std::string prompt;
  bool may_be_rewritten = false;  ///< the service was allowed to change the prompt
  std::optional<std::int64_t> seed;
  std::optional<int> width;
  std::optional<int> height;
  Time sent_at{};  ///< the intent's time, by the service's clock
};

/// Reads it from the body that was sent.
Wanted wanted_by(const store::OpenAttempt& attempt);

/// When a generation was made, by its id or its own word.
std::optional<Time> made_at(const leonardo::Generation& generation);

enum class Fit {
  kNone,      ///< something that both show differs
  kPossible,  ///< nothing differs, but something is not shown
  kCertain,   ///< seed, prompt and size are shown and equal
};

Fit fit(const Wanted& wanted, const leonardo::Generation& generation);

/// What the list says about one submit.
struct Finding {
  enum class Verdict {
    kNothing,  ///< no generation fits it
    kCertain,  ///< the one candidate is this submit's
    kLikely,   ///< the one candidate is possible, bears its prompt or seed, came at the right moment, and no
               ///< other open submit could have made it
    kAmbiguous,  ///< a person must look at the candidates
  };
  Verdict verdict = Verdict::kNothing;
  std::vector<GenerationId> candidates;
};

/// Compares every open submit with every generation that is on record for nobody; findings are in the order
/// of `wanted`.
std::vector<Finding> match(const std::vector<Wanted>& wanted,
                           const std::vector<leonardo::Generation>& strangers);

}  // namespace reeld::engine
