#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/film.hpp"
#include "tests/simulator/money.hpp"
#include "tests/simulator/submit_rules.hpp"

namespace reeld::sim {

/// How a render ends. It is settled when the generation is accepted; a fault can change it.
enum class Outcome {
  kComplete,
  kEmpty,      ///< COMPLETE without films, as after a silent content filter
  kOneShort,   ///< COMPLETE with one film fewer than asked for
  kFailed,     ///< FAILED without a reason
  kModerated,  ///< FAILED with prompt_moderations
};

/// The outcome that the marker words of a prompt ask for ("late-moderation", "empty-result", ...).
Outcome outcome_of_prompt(std::string_view prompt);

std::string_view to_string(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view text);

/// True where the money goes back.
constexpr bool is_failure(Outcome outcome) {
  return outcome == Outcome::kFailed || outcome == Outcome::kModerated;
}

/// One accepted submit, from then on.
struct Generation {
  std::string id;
  std::string user_id;  ///< whose it is
  Order order;
  std::int64_t seed = 0;  ///< the order's, or drawn
  Money cost;
  Time created;
  Time finishes;
  Outcome outcome = Outcome::kComplete;
  bool settled = false;  ///< the render has ended
  bool deleted = false;
  int variant = 0;                                   ///< grows when a fault replaces the films by others
  std::shared_ptr<const std::string> cached_status;  ///< the body of a status answer, until something changes
  std::vector<std::string> film_hashes;              ///< filled when first asked for

  /// "PENDING", "COMPLETE" or "FAILED".
  std::string_view status() const;
  /// How many films can be downloaded now.
  int films() const;
};

/// A film of a generation that has ended.
Content film_of(const Generation& generation, int index, std::uint64_t video_bytes);

/// The id of one of a generation's images, which start frames refer to.
std::string image_id(const Generation& generation, int index);

}  // namespace reeld::sim
