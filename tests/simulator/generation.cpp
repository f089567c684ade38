#include "tests/simulator/generation.hpp"

#include <array>

#include "tests/simulator/ids.hpp"

namespace reeld::sim {

namespace {

struct Marker {
  std::string_view words;
  Outcome outcome;
};
constexpr std::array kMarkers = {
    Marker{"late-moderation", Outcome::kModerated},
    Marker{"empty-result", Outcome::kEmpty},
    Marker{"one-film-short", Outcome::kOneShort},
    Marker{"render-fails", Outcome::kFailed},
};

constexpr std::array<std::string_view, 5> kOutcomeNames = {"complete", "empty", "one_short", "failed",
                                                           "moderated"};

}  // namespace

Outcome outcome_of_prompt(std::string_view prompt) {
  for (const Marker& marker : kMarkers) {
    if (prompt.find(marker.words) != std::string_view::npos) return marker.outcome;
  }
  return Outcome::kComplete;
}

std::string_view to_string(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

std::optional<Outcome> parse_outcome(std::string_view text) {
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (kOutcomeNames[i] == text) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

std::string_view Generation::status() const {
  if (!settled) return "PENDING";
  return is_failure(outcome) ? "FAILED" : "COMPLETE";
}

int Generation::films() const {
  if (!settled) return 0;
  if (outcome == Outcome::kComplete) return order.quantity;
  return outcome == Outcome::kOneShort ? order.quantity - 1 : 0;
}

Content film_of(const Generation& generation, int index, std::uint64_t video_bytes) {
  return Content::film(generation.id, index, generation.order.duration, video_bytes, generation.variant);
}

std::string image_id(const Generation& generation, int index) {
  return derived_id(generation.id, static_cast<std::uint64_t>(index));
}

}  // namespace reeld::sim
